#include "policy/idempotency_key.hpp"
#include "storage/apply_steps.hpp"
#include "storage/codec.hpp"
#include "storage/delivery_move.hpp"
#include "storage/delivery_record.hpp"
#include "storage/due_index.hpp"
#include "storage/event_key.hpp"
#include "storage/event_record.hpp"
#include "storage/event_repository.hpp"

#include <fmt/format.h>

#include <optional>

namespace tocsin::storage {

namespace {

/// The time stamp is left out: ingress fills it in anew where the sender gave none.
bool is_same_event(const event& x, const event& y) {
  return x.type == y.type && x.service == y.service && x.customer == y.customer
         && x.message == y.message && x.details == y.details;
}

expected<void> check_key(std::string_view key, const char* pointer) {
  if (key.size() <= max_event_key_bytes)
    return {};
  return fail(errc::invalid_argument, "the event is not valid",
              {{pointer, "too_long", fmt::format("at most {} bytes", max_event_key_bytes)}});
}

/// Stores one event. All that may refuse it comes before the first change, but for the rare
/// `undo_event`.
class acceptance {
public:
  acceptance(write_transaction& tx, const accept_event& x) : tx_(tx), x_(x) {}

  expected<command_result> run() {
    if (auto ok = check_keys(); !ok)
      return ok.error();
    if (auto free = check_rivals(); !free)
      return free.error();
    auto known = find_known();
    if (!known)
      return known.error();
    if (*known)
      return answer_again(**known);
    if (auto stored = store_event(); !stored)
      return stored.error();
    if (auto stored = store_deliveries(); !stored)
      return stored.error();
    if (auto stored = store_keys(); !stored)
      return stored.error();
    tx_.tally().at(x_.accepted_at) += counts_;
    command_result result;
    result.event = x_.id;
    result.deliveries = static_cast<uint32_t>(x_.deliveries.size());
    return result;
  }

private:
  expected<void> check_keys() const {
    if (auto ok = check_key(x_.idempotency_key, "/idempotency_key"); !ok)
      return ok;
    return check_key(x_.value.id, "/id");
  }

  /// Errors: idempotency_conflict, if the sender's key was used for a request of another length.
  expected<void> check_rivals() const {
    for (auto& key : policy::rival_keys(x_.idempotency_key)) {
      auto taken = find_event_id(tx_, key);
      if (!taken)
        return taken.error();
      if (*taken)
        return fail(errc::idempotency_conflict,
                    "the idempotency key was used for another number of events");
    }
    return {};
  }

  /// The event that the sender's id names: one it was given to, or one whose own id it is, as the
  /// receipt of an event without a sender's id shows it.
  expected<std::optional<accepted_event>> find_by_id(const event_repository& events) const {
    auto named = events.find_by_key(x_.value.id);
    if (!named || *named)
      return named;
    auto own = event_id::parse(x_.value.id);
    return own ? events.find(*own) : named;
  }

  /// The event that was accepted before under the key or the sender's id of this one.
  expected<std::optional<accepted_event>> find_known() const {
    event_repository events{tx_};
    auto by_key = events.find_by_key(x_.idempotency_key);
    if (!by_key || x_.value.id == x_.idempotency_key)
      return by_key;
    auto by_id = find_by_id(events);
    if (!by_id || !*by_key)
      return by_id;
    if (*by_id && (*by_id)->id != (*by_key)->id)
      return fail(
        errc::idempotency_conflict,
        fmt::format("the id '{}' and the idempotency key belong to two events", x_.value.id));
    return by_key;
  }

  /// Whether `known` can be found by the sender's id, where there is one.
  bool is_found_by_id(const accepted_event& known) const {
    auto& id = x_.value.id;
    if (id.empty() || id == known.value.id)
      return true;
    return known.value.id.empty() && event_id::parse(id) == known.id;
  }

  expected<command_result> answer_again(const accepted_event& known) const {
    if (!is_same_event(known.value, x_.value) || !is_found_by_id(known))
      return fail(errc::idempotency_conflict,
                  fmt::format("the event {} was accepted under this id or idempotency key and is "
                              "a different one",
                              public_id(known)));
    command_result result;
    result.event = known.id;
    result.deliveries = known.deliveries;
    result.duplicate = true;
    return result;
  }

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
    return store_due_count(tx_, channel, {owed, false});
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
    note_move(tx_, id, head);
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
