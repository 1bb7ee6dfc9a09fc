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

/// The key in `token_digests`.
inline byte_view digest_key(const sha256_digest& x) {
  return {reinterpret_cast<const char*>(x.data()), x.size()};
}

} // namespace tocsin::storage
