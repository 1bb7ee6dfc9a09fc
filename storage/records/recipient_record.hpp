#pragma once

#include "messages/failure.hpp"
#include "messages/recipient.hpp"
#include "storage/engine/database.hpp"

#include <string>
#include <string_view>

namespace tocsin::storage {

/// Writes a recipient into `out`; its id is in the key.
byte_view encode_recipient(std::string& out, const recipient& x);

/// Reads the value under the key of a recipient. Errors: storage_corrupt, storage_too_new.
expected<recipient> decode_recipient(byte_view key, byte_view value);

/// Writes a preference into `out`; its recipient is in the key.
byte_view encode_preference(std::string& out, const preference& x);

/// Reads the value under the key of a preference. Errors: storage_corrupt, storage_too_new.
expected<preference> decode_preference(byte_view key, byte_view value);

/// The key in `customer_names`: the display name itself, or, where it is longer than 467 bytes, its
/// first 467 bytes, a zero and its SHA-256 digest, as LMDB's keys end at 511 bytes.
std::string customer_name_key(std::string_view display_name);

} // namespace tocsin::storage
