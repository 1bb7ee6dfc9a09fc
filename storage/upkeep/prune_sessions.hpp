#pragma once

#include "messages/failure.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/files/fault_sink.hpp"

#include <cstdint>

namespace tocsin::storage {

/// Removes sessions and links that have expired by `now`, up to `limit` of each. Those that cannot
/// be read, and so let nobody in, stay, and `on_unreadable` is told of each.
/// Errors: storage_full, storage_io, storage_corrupt.
expected<void> prune_sessions(write_transaction& tx, timestamp now, uint32_t limit,
                              const fault_sink& on_unreadable = ignore_fault);

} // namespace tocsin::storage
