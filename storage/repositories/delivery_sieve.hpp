#pragma once

#include "messages/delivery_filter.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/records/delivery_record.hpp"

#include <optional>

namespace tocsin::storage {

/// Lets deliveries through that a filter asks for, but for the times, which are the order of the
/// keys, and for the recipient, which the fixed part does not hold. What the delivery itself tells
/// is looked at first, its event next, its last attempt last. Deliveries of one event lie side by
/// side, so the event is read once. Lives no longer than transaction and filter.
class delivery_sieve {
public:
  delivery_sieve(const transaction& tx, const delivery_filter& filter);

  /// Errors: storage_io, storage_corrupt.
  expected<bool> passes(const delivery_id& id, const delivery_head& x);

private:
  expected<void> read_event(const event_id& id);
  expected<bool> has_wanted_outcome(const delivery_id& id, const delivery_head& x) const;

  const transaction& tx_;
  const delivery_filter& filter_;
  bool asks_for_event_;
  std::optional<event_id> event_;
  bool is_wanted_ = false;
};

} // namespace tocsin::storage
