#pragma once

#include "messages/delivery_counts.hpp"
#include "messages/failure.hpp"
#include "storage/fault_sink.hpp"
#include "storage/transaction.hpp"

#include <cstdint>
#include <vector>

namespace tocsin::storage {

/// Adds `x` to the counts of the hour that `at` lies in, which are stored with the commit. A record
/// that cannot be read is begun anew: counts are no reason to refuse what is counted.
/// Errors: storage_io.
expected<void> add_counts(write_transaction& tx, timestamp at, const delivery_counts& x);

/// The stored hours from that of `since` on, in order; hours in which nothing was counted are not
/// among them. Errors: storage_io, storage_corrupt, storage_too_new.
expected<std::vector<counted_span>> read_counts(const transaction& tx, timestamp since);

/// Errors: storage_corrupt, storage_too_new.
expected<counted_span> decode_hourly_count(byte_view key, byte_view value);

/// Removes up to `limit` hours that ended before `older_than`. Returns how many.
/// Errors: storage_full, storage_io, storage_corrupt.
expected<uint32_t> prune_counts(write_transaction& tx, timestamp older_than, uint32_t limit);

/// Counts all deliveries and attempts that are stored, for a storage that had no counts. What
/// cannot be read is not counted, and `on_unreadable` told.
/// Errors: storage_io, storage_corrupt.
expected<void> count_stored(write_transaction& tx, const fault_sink& on_unreadable);

} // namespace tocsin::storage
