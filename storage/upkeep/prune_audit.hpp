#pragma once

#include "messages/audit.hpp"
#include "messages/failure.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/files/fault_sink.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace tocsin::storage {

/// What one step of pruning the audit log did.
struct audit_prune_result {
  uint32_t entries = 0;
  /// Where the next step goes on; nothing once everything old enough was looked at.
  std::optional<audit_id> resume;
};

/// Removes entries made longer than `kept_for` before `now`. Looks at up to `limit` entries, in the
/// order of ids and from `from` on. Those that cannot be read stay, and `on_unreadable` is told of
/// each; those made while the clock was ahead of `now` are passed over, and where the last one was
/// too, so is all that follows.
/// Errors: storage_full, storage_io, storage_corrupt.
expected<audit_prune_result> prune_audit(write_transaction& tx, timestamp now,
                                         std::chrono::milliseconds kept_for, uint32_t limit,
                                         const audit_id& from = {},
                                         const fault_sink& on_unreadable = ignore_fault);

} // namespace tocsin::storage
