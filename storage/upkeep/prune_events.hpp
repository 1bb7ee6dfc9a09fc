#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/files/fault_sink.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace tocsin::storage {

/// What one step of pruning events did.
struct event_prune_result {
  uint32_t events = 0;
  uint64_t deliveries = 0;
  uint64_t attempts = 0;
  /// Where the next step goes on; nothing once everything old enough was looked at.
  std::optional<event_id> resume;
  /// The first event that was accepted too recently, if the step came to one. All before it were
  /// looked at: they are gone, or kept for one of their deliveries or a fault.
  std::optional<event_id> first_young;
};

/// Removes events accepted longer than `kept_for` before `now` with their deliveries, attempts and
/// idempotency keys. An event is kept whole while any of its deliveries has not ended, or ended no
/// longer than that ago: a dead letter can be replayed as long as that, however late it was one.
/// Looks, in the
/// order of ids and from `from` on, at events until it has looked at `limit` events and deliveries
/// and removed attempts together. An event of which anything cannot be read is kept whole too, and
/// `on_unreadable` told. Those accepted while the clock was ahead of `now` are passed over;
/// where the last one stored was too, so is all that follows.
///
/// An event with many attempts loses them in several steps before it goes, but for the last one of
/// each delivery.
/// Deterministic, as `apply` is. Errors: storage_full, storage_io, storage_corrupt.
expected<event_prune_result> prune_events(write_transaction& tx, timestamp now,
                                          std::chrono::milliseconds kept_for, uint32_t limit,
                                          const event_id& from = {},
                                          const fault_sink& on_unreadable = ignore_fault);

} // namespace tocsin::storage
