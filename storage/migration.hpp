#pragma once

#include "messages/failure.hpp"
#include "storage/transaction.hpp"

#include <cstdint>

namespace tocsin::storage {

/// Brings what a program of schema version `from` stored to `schema_version`, but for the number
/// itself. All databases are open; those that the old program did not know are empty.
/// Errors: storage_full, storage_io, storage_corrupt, storage_too_new (a record).
expected<void> migrate(write_transaction& tx, uint32_t from);

} // namespace tocsin::storage
