#pragma once

#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/files/fault_sink.hpp"

#include <cstdint>

namespace tocsin::storage {

/// The migration (`schema.hpp`) of all that Tocsin stores. A record that cannot be read is left as
/// it is, and `on_unreadable` told.
/// Errors: storage_full, storage_io, storage_corrupt.
expected<void> migrate(write_transaction& tx, uint32_t from, const fault_sink& on_unreadable);

} // namespace tocsin::storage
