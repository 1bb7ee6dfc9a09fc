#pragma once

#include "messages/failure.hpp"
#include "messages/token.hpp"
#include "storage/engine/database.hpp"

#include <string>

namespace tocsin::storage {

/// Writes a token into `out`; its id is in the key.
byte_view encode_token(std::string& out, const token& x);

/// Reads the value under the key of a token. Errors: storage_corrupt, storage_too_new.
expected<token> decode_token(byte_view key, byte_view value);

} // namespace tocsin::storage
