#include "storage/upkeep/prune_events.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/attempt_record.hpp"
#include "storage/records/dead_letter_record.hpp"
#include "storage/records/delivery_record.hpp"
#include "storage/records/event_record.hpp"
#include "storage/repositories/attempt_erasure.hpp"
#include "storage/repositories/event_repository.hpp"
#include "storage/upkeep/expiry.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace tocsin::storage {

namespace {

struct ended_delivery {
  delivery_id id;
  delivery_head head;
};

/// What is erased with an event. All of it is read before any of it is erased, so that an event of
/// which something cannot be read is left whole.
struct belongings {
  std::vector<ended_delivery> deliveries;
  /// Those of its keys that name it.
  std::vector<std::string_view> keys;
};

/// The deliveries of an event, or nothing if one of them has not ended or ended too recently.
/// `looked_at` counts them.
expected<std::optional<std::vector<ended_delivery>>> find_ended(const transaction& tx,
                                                                const accepted_event& x,
                                                                const expiry& expires,
                                                                uint64_t& looked_at) {
  std::optional<std::vector<ended_delivery>> result{std::in_place};
  for (uint32_t i = 1; i <= x.deliveries; ++i) {
    delivery_id id{x.id.plus(i)};
    auto value = tx.find(database::deliveries, as_key(id));
    if (!value)
      return value.error();
    if (!*value)
      return corrupt(database::deliveries, as_key(id), "is missing though its event counts it");
    auto head = decode_head(as_key(id), **value);
    if (!head)
      return head.error();
    ++looked_at;
    if (!is_ended(head->state) || !expires.is_over(head->finished_at))
      return std::optional<std::vector<ended_delivery>>{};
    result->push_back({id, *head});
  }
  return result;
}

/// The keys of `x` that name it; they live as long as `x`.
expected<std::vector<std::string_view>> find_keys(const transaction& tx, const event_record& x) {
  std::vector<std::string_view> result;
  for (auto* key : {&x.idempotency_key, &x.value.value.id}) {
    auto named = find_event_id(tx, *key);
    if (!named)
      return named.error();
    if (*named && **named == x.value.id)
      result.emplace_back(*key);
  }
  return result;
}

/// What goes with `x`, or nothing if it must stay.
expected<std::optional<belongings>> find_belongings(const transaction& tx, const event_record& x,
                                                    const expiry& expires, uint64_t& looked_at) {
  auto ended = find_ended(tx, x.value, expires, looked_at);
  if (!ended)
    return ended.error();
  if (!*ended)
    return std::optional<belongings>{};
  auto keys = find_keys(tx, x);
  if (!keys)
    return keys.error();
  return std::optional{belongings{std::move(**ended), std::move(*keys)}};
}

/// Erases all attempts at `deliveries` but the last one of each, up to `limit`. Returns how many.
expected<uint64_t> erase_earlier_attempts(write_transaction& tx,
                                          const std::vector<ended_delivery>& deliveries,
                                          uint64_t limit) {
  uint64_t result = 0;
  for (auto& x : deliveries) {
    if (result == limit)
      break;
    auto erased = erase_attempts(tx, x.id, attempt_key{x.id, x.head.last_number}, limit - result);
    if (!erased)
      return erased;
    result += *erased;
  }
  return result;
}

expected<void> erase_delivery(write_transaction& tx, const ended_delivery& x,
                              event_prune_result& result) {
  auto attempts = erase_attempts(tx, x.id, as_key(x.id.plus(1)), UINT64_MAX);
  if (!attempts)
    return attempts.error();
  result.attempts += *attempts;
  if (x.head.state == delivery_state::dead_letter) {
    dead_letter_key key{x.head.channel, x.head.finished_at, x.id};
    if (auto erased = tx.erase(database::dead_letters, key); !erased)
      return erased.error();
  }
  if (auto erased = tx.erase(database::deliveries, as_key(x.id)); !erased)
    return erased.error();
  return {};
}

expected<void> erase_event(write_transaction& tx, const event_id& id, const belongings& x,
                           event_prune_result& result) {
  for (auto& each : x.deliveries)
    if (auto erased = erase_delivery(tx, each, result); !erased)
      return erased;
  for (auto& key : x.keys)
    if (auto erased = tx.erase(database::idempotency, key); !erased)
      return erased.error();
  if (auto erased = tx.erase(database::events, as_key(id)); !erased)
    return erased.error();
  ++result.events;
  result.deliveries += x.deliveries.size();
  return {};
}

struct found_event {
  event_id id;
  expected<event_record> record;
};

/// The first event from `from` on, whether or not it can be read.
expected<std::optional<found_event>> first_from(const transaction& tx, const event_id& from) {
  auto at = tx.open_cursor(database::events);
  if (!at)
    return at.error();
  auto found = at->seek(as_key(from));
  if (!found)
    return found.error();
  if (!*found)
    return std::optional<found_event>{};
  record_reader key{database::events, at->key(), at->key()};
  auto id = key.id<event_id>();
  if (auto end = key.end(); !end)
    return end.error();
  return std::optional{found_event{id, decode_event(at->key(), at->value())}};
}

expected<timestamp> accepted_at_of(byte_view key, byte_view value) {
  auto x = decode_event(key, value);
  if (!x)
    return x.error();
  return x->value.accepted_at;
}

} // namespace

expected<event_prune_result> prune_events(write_transaction& tx, timestamp now,
                                          std::chrono::milliseconds kept_for, uint32_t limit,
                                          const event_id& from, const fault_sink& on_unreadable) {
  expiry expires{now, kept_for};
  auto is_last_ahead = expires.is_last_ahead(tx, database::events, accepted_at_of);
  event_prune_result result;
  auto next = from;
  uint64_t most = std::max(limit, 1u);
  for (uint64_t looked_at = 0; looked_at < most; ++looked_at) {
    auto found = first_from(tx, next);
    if (!found)
      return found.error();
    if (!*found)
      return result;
    auto& [id, record] = **found;
    if (record && !expires.is_over(record->value.accepted_at)) {
      if (!result.first_young)
        result.first_young = id;
      auto further = expires.look_on(id, record->value.accepted_at, is_last_ahead);
      if (!further)
        return result;
      next = event_id{*further};
      continue;
    }
    next = event_id{id.plus(1)};
    auto its = record ? find_belongings(tx, *record, expires, looked_at)
                      : expected<std::optional<belongings>>{record.error()};
    if (!its && !is_unreadable(its.error()))
      return its.error();
    if (!its)
      on_unreadable(its.error().detail);
    if (!its || !*its)
      continue;
    auto earlier = erase_earlier_attempts(tx, (*its)->deliveries, most);
    if (!earlier)
      return earlier.error();
    result.attempts += *earlier;
    looked_at += *earlier;
    if (*earlier == most)
      next = id;
    else if (auto erased = erase_event(tx, id, **its, result); !erased)
      return erased.error();
  }
  result.resume = next;
  return result;
}

} // namespace tocsin::storage
