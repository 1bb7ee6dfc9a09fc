#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "storage/database.hpp"
#include "storage/transaction.hpp"

#include <optional>
#include <string_view>

namespace tocsin::storage {

/// A longer idempotency key or sender's id does not fit into a key of LMDB (511 bytes).
inline constexpr size_t max_event_key_bytes = 480;

/// Finds what `idempotency` holds under a sender's id or an idempotency key; one that is empty or
/// too long names nothing. Errors: storage_io, storage_corrupt.
expected<std::optional<event_id>> find_event_id(const transaction& tx, std::string_view key);

/// Reads the value under a key of `idempotency`. Errors: storage_corrupt.
expected<event_id> decode_event_id(byte_view key, byte_view value);

} // namespace tocsin::storage
