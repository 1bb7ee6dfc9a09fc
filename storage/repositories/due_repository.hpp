#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/records/due_record.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace tocsin::storage {

struct due_entry {
  delivery_id delivery;
  timestamp due_at{};
};

/// Reads what is owed: every delivery that is pending, scheduled or attempting has one entry, also
/// while it is being sent. Keys that cannot be read are stepped over. Errors everywhere:
/// storage_io, storage_corrupt.
class due_repository {
public:
  /// Says which deliveries are left out; empty, where none are.
  using id_sieve = std::function<bool(const delivery_id&)>;

  /// `on_unreadable` is told of each key that is stepped over.
  explicit due_repository(const transaction& tx, fault_sink on_unreadable = ignore_fault)
    : tx_(tx), on_unreadable_(std::move(on_unreadable)) {}

  /// Up to `limit` deliveries of `channel` that are due at `now`, the longest due first, but for
  /// those that `skips` is true of.
  expected<std::vector<due_entry>> next(const channel_id& channel, due_class klass, timestamp now,
                                        uint32_t limit, const id_sieve& skips = {}) const;

  /// When the first delivery of `channel` that is not left out is due; nothing if there is none.
  expected<std::optional<timestamp>> first_due(const channel_id& channel, due_class klass,
                                               const id_sieve& skips = {}) const;

  /// Every channel that owes anything, now or later, also where a part of it cannot be read: only
  /// keys that are too short to name a channel are stepped over. Costs one lookup per channel.
  expected<std::vector<channel_id>> channels_with_due() const;

  /// How many deliveries `channel` owes, now or later. O(1), unless the count cannot be read: then
  /// they are counted.
  expected<uint64_t> count_pending(const channel_id& channel) const;

private:
  const transaction& tx_;
  fault_sink on_unreadable_;
};

} // namespace tocsin::storage
