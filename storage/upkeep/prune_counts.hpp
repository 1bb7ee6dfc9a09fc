#pragma once

#include "messages/failure.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/transaction.hpp"

#include <cstdint>

namespace tocsin::storage {

/// Removes up to `limit` hours that ended before `older_than`. Returns how many.
/// Errors: storage_full, storage_io, storage_corrupt.
expected<uint32_t> prune_counts(write_transaction& tx, timestamp older_than, uint32_t limit);

} // namespace tocsin::storage
