#include "storage/retention.hpp"

#include "storage/attempt_record.hpp"
#include "storage/codec.hpp"
#include "storage/dead_letter_index.hpp"
#include "storage/delivery_record.hpp"
#include "storage/event_key.hpp"
#include "storage/event_record.hpp"

#include <vector>

namespace tocsin::storage {

namespace {

struct ended_delivery {
  delivery_id id;
  delivery_head head;
};

/// The deliveries of an event, or nothing if one of them has not ended. `looked_at` counts them.
expected<std::optional<std::vector<ended_delivery>>>
find_ended(const transaction& tx, const accepted_event& x, uint64_t& looked_at) {
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
    if (!is_ended(head->state))
      return std::optional<std::vector<ended_delivery>>{};
    result->push_back({id, *head});
  }
  return result;
}

expected<uint64_t> erase_attempts(write_transaction& tx, const delivery_id& id) {
  std::vector<std::string> keys;
  {
    auto at = tx.open_cursor(database::attempts);
    if (!at)
      return at.error();
    auto found = at->seek(attempt_key{id, 0});
    for (; found && *found && at->key().starts_with(as_key(id)); found = at->next())
      keys.emplace_back(at->key());
    if (!found)
      return found.error();
  }
  for (auto& key : keys)
    if (auto erased = tx.erase(database::attempts, key); !erased)
      return erased.error();
  return keys.size();
}

expected<void> erase_keys(write_transaction& tx, const event_record& x) {
  for (auto* key : {&x.idempotency_key, &x.value.value.id}) {
    auto named = find_event_id(tx, *key);
    if (!named)
      return named.error();
    if (!*named || **named != x.value.id)
      continue;
    if (auto erased = tx.erase(database::idempotency, *key); !erased)
      return erased.error();
  }
  return {};
}

expected<void> erase_delivery(write_transaction& tx, const ended_delivery& x,
                              prune_result& result) {
  auto attempts = erase_attempts(tx, x.id);
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

expected<void> erase_event(write_transaction& tx, const event_record& x,
                           const std::vector<ended_delivery>& deliveries, prune_result& result) {
  for (auto& each : deliveries)
    if (auto erased = erase_delivery(tx, each, result); !erased)
      return erased;
  if (auto erased = erase_keys(tx, x); !erased)
    return erased;
  if (auto erased = tx.erase(database::events, as_key(x.value.id)); !erased)
    return erased.error();
  ++result.events;
  result.deliveries += deliveries.size();
  return {};
}

/// The first event from `from` on.
expected<std::optional<event_record>> first_from(const transaction& tx, const event_id& from) {
  auto at = tx.open_cursor(database::events);
  if (!at)
    return at.error();
  auto found = at->seek(as_key(from));
  if (!found)
    return found.error();
  if (!*found)
    return std::optional<event_record>{};
  auto result = decode_event(at->key(), at->value());
  if (!result)
    return result.error();
  return std::optional{std::move(*result)};
}

} // namespace

expected<prune_result> prune(write_transaction& tx, timestamp older_than, uint32_t limit,
                             const event_id& from) {
  prune_result result;
  auto next = from;
  for (uint64_t looked_at = 0; looked_at < std::max(limit, 1u); ++looked_at) {
    auto record = first_from(tx, next);
    if (!record)
      return record.error();
    if (!*record || (*record)->value.accepted_at >= older_than)
      return result;
    next = event_id{(*record)->value.id.plus(1)};
    auto ended = find_ended(tx, (*record)->value, looked_at);
    if (!ended)
      return ended.error();
    if (!*ended)
      continue;
    if (auto erased = erase_event(tx, **record, **ended, result); !erased)
      return erased.error();
  }
  result.resume = next;
  return result;
}

} // namespace tocsin::storage
