#include "storage/engine/codec.hpp"
#include "storage/engine/lookup.hpp"
#include "storage/records/attempt_record.hpp"
#include "storage/records/audit_record.hpp"
#include "storage/records/dead_letter_record.hpp"
#include "storage/records/delivery_record.hpp"
#include "storage/records/due_record.hpp"
#include "storage/records/event_key.hpp"
#include "storage/records/event_record.hpp"
#include "storage/records/hourly_record.hpp"
#include "storage/repositories/due_counts.hpp"
#include "storage/upkeep/record_checks.hpp"

#include <fmt/format.h>

namespace tocsin::storage {

namespace {

expected<void> check_event(verification& on, byte_view key, byte_view value) {
  auto x = decode_event(key, value);
  if (!x)
    return x.error();
  for (auto* name : {&x->idempotency_key, &x->value.value.id})
    if (!name->empty())
      if (auto ok = on.require_entry(database::idempotency, *name, key, database::events, key); !ok)
        return ok;
  for (uint32_t i = 1; i <= x->value.deliveries; ++i) {
    auto found = on.has(database::deliveries, as_key(x->value.id.plus(i)));
    if (!found)
      return found.error();
    on.require(*found, database::events, key, "lacks a delivery that it counts");
    if (!*found)
      break;
  }
  return {};
}

expected<void> check_delivery(verification& on, byte_view key, byte_view value) {
  auto x = decode_delivery(key, value);
  if (!x)
    return x.error();
  auto head = decode_head(key, value);
  if (!head)
    return head.error();
  auto event = find_record(on.tx(), database::events, as_key(x->event), decode_event);
  if (!event)
    return event.error();
  on.require(event->has_value(), database::deliveries, key, "names an event that is not there");
  if (*event)
    on.require(x->event < ulid{x->id}
                 && !((*event)->value.id.plus((*event)->value.deliveries) < x->id),
               database::deliveries, key, "is none that its event counts");
  if (head->last_number != 0) {
    auto last = on.has(database::attempts, attempt_key{x->id, head->last_number});
    if (!last)
      return last.error();
    on.require(*last, database::deliveries, key, "counts an attempt that is not there");
  }
  if (x->state == delivery_state::dead_letter) {
    auto entry = on.has(database::dead_letters, dead_letter_key{x->channel, x->finished_at, x->id});
    if (!entry)
      return entry.error();
    on.require(*entry, database::deliveries, key, "lacks its entry in dead_letters");
  }
  if (is_ended(x->state))
    return {};
  due_key due{x->channel, due_class_of(x->state), x->due_at, x->id};
  return on.require_entry(database::due, due, {}, database::deliveries, key);
}

expected<void> check_attempt(verification& on, byte_view key, byte_view value) {
  auto x = decode_attempt(key, value);
  if (!x)
    return x.error();
  auto head = find_record(on.tx(), database::deliveries, as_key(x->delivery), decode_head);
  if (!head)
    return head.error();
  on.require(head->has_value(), database::attempts, key, "names a delivery that is not there");
  on.require(!*head || x->number <= (*head)->last_number, database::attempts, key,
             "has a number that its delivery does not know");
  return {};
}

expected<void> check_due(verification& on, byte_view key, byte_view) {
  auto x = decode_due_key(key);
  if (!x)
    return x.error();
  auto head = find_record(on.tx(), database::deliveries, as_key(x->delivery), decode_head);
  if (!head)
    return head.error();
  on.require(head->has_value(), database::due, key, "names a delivery that is not there");
  if (*head) {
    auto& y = **head;
    on.require(!is_ended(y.state), database::due, key, "names a delivery that has ended");
    due_key expected_key{y.channel, due_class_of(y.state), y.due_at, x->delivery};
    on.require(byte_view{expected_key} == key, database::due, key,
               "contradicts its delivery in channel, class or instant");
  }
  auto counted = on.has(database::due_counts, as_key(x->channel));
  if (!counted)
    return counted.error();
  on.require(*counted, database::due, key, "is of a channel without a count");
  return {};
}

expected<void> check_due_count(verification& on, byte_view key, byte_view value) {
  auto x = decode_due_count(key, value);
  if (!x)
    return x.error();
  auto channel = on.has(database::channels, key);
  if (!channel)
    return channel.error();
  on.require(*channel != x->is_removed, database::due_counts, key,
             "contradicts whether its channel is there");
  on.require(!x->is_removed || x->entries > 0, database::due_counts, key,
             "is left over from a removed channel");
  auto entries = count_due(on.tx(), key);
  if (!entries)
    return entries.error();
  on.require(*entries == x->entries, database::due_counts, key,
             fmt::format("says {} where {} are owed", x->entries, *entries));
  return {};
}

expected<void> check_idempotency(verification& on, byte_view key, byte_view value) {
  auto id = decode_event_id(key, value);
  if (!id)
    return id.error();
  auto x = find_record(on.tx(), database::events, value, decode_event);
  if (!x)
    return x.error();
  on.require(*x && ((*x)->idempotency_key == key || (*x)->value.value.id == key),
             database::idempotency, key, "names an event that does not bear it");
  return {};
}

expected<void> check_dead_letter(verification& on, byte_view key, byte_view value) {
  auto x = decode_dead_letter(key, value);
  if (!x)
    return x.error();
  auto head = find_record(on.tx(), database::deliveries, as_key(x->delivery), decode_head);
  if (!head)
    return head.error();
  on.require(head->has_value(), database::dead_letters, key, "names a delivery that is not there");
  if (!*head)
    return {};
  auto& y = **head;
  on.require(y.state == delivery_state::dead_letter, database::dead_letters, key,
             "names a delivery that is no dead letter");
  on.require(byte_view{dead_letter_key{y.channel, y.finished_at, x->delivery}} == key,
             database::dead_letters, key, "contradicts its delivery in channel or instant");
  attempt_key last_key{x->delivery, y.last_number};
  auto last = find_record(on.tx(), database::attempts, last_key, decode_attempt);
  if (!last)
    return last.error();
  on.require(!*last || (*last)->result.code == x->code, database::dead_letters, key,
             "holds another code than the last attempt");
  return {};
}

} // namespace

std::span<const record_check> history_checks() {
  static constexpr record_check result[] = {
    {database::events, check_event},
    {database::deliveries, check_delivery},
    {database::attempts, check_attempt},
    {database::due, check_due},
    {database::due_counts, check_due_count},
    {database::idempotency, check_idempotency},
    {database::dead_letters, check_dead_letter},
    {database::audit, check_readable<decode_audit_entry>},
    {database::hourly_counts, check_readable<decode_hourly_count>},
  };
  return result;
}

} // namespace tocsin::storage
