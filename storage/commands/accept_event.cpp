#include "storage/commands/apply_steps.hpp"
#include "storage/commands/earlier_acceptance.hpp"
#include "storage/engine/codec.hpp"
#include "storage/records/delivery_record.hpp"
#include "storage/records/due_record.hpp"
#include "storage/records/event_record.hpp"
#include "storage/repositories/due_counts.hpp"
#include "storage/repositories/hourly_counts.hpp"

#include <fmt/format.h>

#include <utility>

namespace tocsin::storage {

namespace {

/// Stores one event. All that may refuse it comes before the first change, but for the rare
/// `undo_event`.
class acceptance {
public:
  acceptance(write_transaction& tx, const accept_event& x) : tx_(tx), x_(x) {}

  expected<command_result> run() {
    auto earlier = find_earlier_acceptance(tx_, x_);
    if (!earlier)
      return earlier.error();
    if (*earlier)
      return std::move(**earlier);
    if (auto stored = store_event(); !stored)
      return stored.error();
    if (auto stored = store_deliveries(); !stored)
      return stored.error();
    if (auto stored = store_keys(); !stored)
      return stored.error();
    if (auto counted = add_counts(tx_, x_.accepted_at, counts_); !counted)
      return counted.error();
    command_result result;
    result.event = x_.id;
    result.deliveries = static_cast<uint32_t>(x_.deliveries.size());
    return result;
  }

private:
  expected<void> store_event() {
    auto value = encode_event(tx_.scratch(), x_);
    auto stored = tx_.append(database::events, as_key(x_.id), value);
    if (!stored)
      return stored.error();
    if (*stored)
      return {};
    // An id that does not rise, after the clock stepped back between two starts.
    if (auto free = check_ids(); !free)
      return free;
    is_rising_ = false;
    stored = tx_.insert(database::events, as_key(x_.id), value);
    if (!stored)
      return stored.error();
    if (!*stored)
      return fail(errc::already_exists, fmt::format("the event id {} is taken", to_string(x_.id)));
    return {};
  }

  /// Errors: already_exists, if one of the delivery ids is taken.
  expected<void> check_ids() const {
    for (uint32_t i = 1; i <= x_.deliveries.size(); ++i) {
      auto id = x_.id.plus(i);
      auto taken = tx_.find(database::deliveries, as_key(id));
      if (!taken)
        return taken.error();
      if (*taken)
        return fail(errc::already_exists,
                    fmt::format("the delivery id {} is taken", to_string(id)));
    }
    return {};
  }

  expected<void> undo_event(failure reason) {
    auto erased = tx_.erase(database::events, as_key(x_.id));
    if (!erased)
      return erased.error();
    return reason;
  }

  /// Stores the deliveries; those of one channel that stand side by side count once.
  expected<void> store_deliveries() {
    auto& all = x_.deliveries;
    for (size_t begin = 0; begin < all.size();) {
      auto end = begin + 1;
      while (end < all.size() && all[end].channel == all[begin].channel)
        ++end;
      if (auto stored = store_group(begin, end); !stored)
        return stored;
      begin = end;
    }
    return {};
  }

  expected<void> store_group(size_t begin, size_t end) {
    auto& channel = x_.deliveries[begin].channel;
    auto count = find_due_count(tx_, channel);
    if (!count)
      return count.error();
    auto takes = *count && !(*count)->is_removed;
    auto owed = takes ? (*count)->entries : 0;
    for (auto i = begin; i < end; ++i) {
      auto state = state_of(x_.deliveries[i], takes);
      if (auto stored = store_delivery(i, state); !stored)
        return stored;
      if (state == delivery_state::pending)
        ++owed;
    }
    if (!takes || owed == (*count)->entries)
      return {};
    put_due_count(tx_, channel, {owed, false});
    return {};
  }

  /// A channel that was removed after the delivery was planned takes nothing any more.
  static delivery_state state_of(const planned_delivery& x, bool channel_takes) {
    if (x.reason != suppression::none)
      return delivery_state::suppressed;
    return channel_takes ? delivery_state::pending : delivery_state::cancelled;
  }

  expected<void> store_delivery(size_t index, delivery_state state) {
    auto& planned = x_.deliveries[index];
    delivery_id id{x_.id.plus(static_cast<uint32_t>(index + 1))};
    delivery_head head;
    head.state = state;
    head.reason = planned.reason;
    head.created_at = x_.accepted_at;
    head.event = x_.id;
    head.channel = planned.channel;
    (is_ended(state) ? head.finished_at : head.due_at) = x_.accepted_at;
    auto value = encode_delivery(tx_.scratch(), head, planned.recipient, planned.destination);
    if (auto stored = store_delivery_record(id, value, index == 0); !stored)
      return stored;
    counts_.accepted += state == delivery_state::pending ? 1 : 0;
    counts_.suppressed += state == delivery_state::suppressed ? 1 : 0;
    if (is_ended(state))
      return {};
    return tx_.put(database::due,
                   due_key{planned.channel, due_class::first_attempt, head.due_at, id}, {});
  }

  expected<void> store_delivery_record(const delivery_id& id, byte_view value, bool is_first) {
    if (is_rising_) {
      auto stored = tx_.append(database::deliveries, as_key(id), value);
      if (!stored)
        return stored.error();
      if (*stored)
        return {};
      // The event's id rises and its deliveries' do not: an event before left too little room.
      is_rising_ = false;
      if (auto free = check_ids(); is_first && !free)
        return undo_event(free.error());
    }
    auto stored = tx_.insert(database::deliveries, as_key(id), value);
    if (!stored)
      return stored.error();
    if (!*stored)
      return corrupt(database::deliveries, as_key(id), "is there though its event was not");
    return {};
  }

  expected<void> store_keys() {
    for (auto* key : {&x_.idempotency_key, &x_.value.id}) {
      if (key->empty())
        continue;
      auto stored = tx_.insert(database::idempotency, *key, as_key(x_.id));
      if (!stored)
        return stored.error();
    }
    return {};
  }

  write_transaction& tx_;
  const accept_event& x_;
  bool is_rising_ = true;
  delivery_counts counts_;
};

} // namespace

expected<command_result> apply_step(write_transaction& tx, const accept_event& x) {
  return acceptance{tx, x}.run();
}

} // namespace tocsin::storage
