#pragma once

#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/files/fault_sink.hpp"

#include <cstdint>

namespace tocsin::storage {

/// What a check of all records found.
struct verify_report {
  /// How many entries were looked at.
  uint64_t entries = 0;
  uint64_t faults = 0;

  bool ok() const { return faults == 0; }
};

/// Checks that every record can be read, and every index and counter against the records. Each
/// fault goes to `on_fault`. Memory stays small however much is stored.
/// Errors: storage_io; storage_corrupt where LMDB itself cannot go on.
expected<verify_report> verify(const transaction& tx, const fault_sink& on_fault);

} // namespace tocsin::storage
