#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "storage/engine/database.hpp"

#include <cstddef>

namespace tocsin::storage {

/// A longer idempotency key or sender's id does not fit into a key of LMDB (511 bytes).
inline constexpr size_t max_event_key_bytes = 480;

/// Reads the value under a key of `idempotency`. Errors: storage_corrupt.
expected<event_id> decode_event_id(byte_view key, byte_view value);

} // namespace tocsin::storage
