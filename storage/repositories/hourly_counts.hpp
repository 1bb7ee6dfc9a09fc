#pragma once

#include "messages/delivery_counts.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

#include <vector>

namespace tocsin::storage {

/// Adds `x` to the counts of the hour that `at` lies in, which are stored with the commit. A record
/// that cannot be read is started from zero: counts are no reason to refuse what is counted.
/// Errors: storage_io.
expected<void> add_counts(write_transaction& tx, timestamp at, const delivery_counts& x);

/// The stored hours from that of `since` on, in order; hours in which nothing was counted are not
/// among them. Errors: storage_io, storage_corrupt, storage_too_new.
expected<std::vector<counted_span>> read_counts(const transaction& tx, timestamp since);

} // namespace tocsin::storage
