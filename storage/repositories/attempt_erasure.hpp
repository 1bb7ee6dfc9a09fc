#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "storage/engine/transaction.hpp"

#include <cstdint>

namespace tocsin::storage {

/// Erases attempts at the delivery `id`, the oldest first: those before the key `end`, and up to
/// `limit`. Returns how many. Errors: storage_io, storage_full.
expected<uint64_t> erase_attempts(write_transaction& tx, const delivery_id& id, byte_view end,
                                  uint64_t limit);

/// Erases attempts at the delivery `id` that are older than the newest `most_kept_attempts`; where
/// an older program left thousands, a part of them each time. `last_number` is that of the newest.
/// Errors: storage_io, storage_full.
expected<void> erase_oldest_attempts(write_transaction& tx, const delivery_id& id,
                                     uint16_t last_number);

} // namespace tocsin::storage
