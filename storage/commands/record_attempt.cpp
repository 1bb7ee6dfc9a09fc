#include "storage/commands/apply_steps.hpp"
#include "storage/commands/delivery_change.hpp"
#include "storage/engine/codec.hpp"
#include "storage/engine/lookup.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/records/attempt_record.hpp"
#include "storage/records/channel_record.hpp"
#include "storage/repositories/attempt_erasure.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/hourly_counts.hpp"

#include <fmt/format.h>

#include <limits>

namespace tocsin::storage {

namespace {

constexpr auto last_possible_number = std::numeric_limits<uint16_t>::max();

policy::stimulus stimulus_of(const record_attempt& x) {
  if (x.fault)
    return policy::stimulus::held;
  return x.interrupted ? policy::stimulus::interrupted : policy::stimulus::attempted;
}

expected<void> check(const record_attempt& x, const delivery_head& head) {
  if (x.channel != head.channel)
    return fail(errc::invalid_argument,
                fmt::format("the delivery {} is not one of the channel {}",
                            to_string(x.value.delivery), to_string(x.channel)));
  if (x.value.number == 0)
    return fail(errc::invalid_argument, "attempts count from 1");
  return {};
}

/// Whether the attempt under `number` began when `x` did.
expected<bool> is_recorded(const transaction& tx, const attempt& x, uint16_t number) {
  auto stored
    = find_record(tx, database::attempts, attempt_key{x.delivery, number}, decode_attempt);
  if (!stored)
    return stored.error();
  return *stored && (*stored)->started_at == x.started_at;
}

/// Under which number `x` is to be stored; 0 if it is stored already. Throttled attempts do not
/// count and yet take numbers, so that who made an attempt may not know the next one.
expected<uint16_t> number_of(const transaction& tx, const attempt& x, const delivery_head& head) {
  if (x.number > head.last_number)
    return x.number;
  for (auto number : {x.number, head.last_number}) {
    auto recorded = is_recorded(tx, x, number);
    if (!recorded)
      return recorded.error();
    if (*recorded)
      return uint16_t{0};
  }
  // The very last number is used again and again rather than the delivery stopped.
  return std::min<uint16_t>(head.last_number, last_possible_number - 1) + 1;
}

/// Leaves one record of throttled attempts in a row: the newest, as there may be thousands. One
/// that cannot be read stays.
expected<void> erase_superseded(write_transaction& tx, const attempt& x, uint16_t last_number) {
  if (x.result.kind != outcome_class::throttled || last_number == 0)
    return {};
  attempt_key last{x.delivery, last_number};
  auto stored = find_record(tx, database::attempts, last, decode_attempt);
  if (!stored && is_unreadable(stored.error()))
    return {};
  if (!stored)
    return stored.error();
  if (!*stored || (*stored)->result.kind != outcome_class::throttled)
    return {};
  if (auto erased = tx.erase(database::attempts, last); !erased)
    return erased.error();
  return {};
}

/// Whether it was under way when its delivery was cancelled, as that of a removed channel is: it
/// was made all the same.
bool came_too_late(const record_attempt& x, const delivery_head& head) {
  return head.state == delivery_state::cancelled && !x.interrupted;
}

/// Fills in what the attempt leaves behind; the state has been moved.
void advance(delivery_head& head, const record_attempt& x, uint16_t number) {
  head.last_number = number;
  if (x.counts && head.attempts < last_possible_number)
    ++head.attempts;
  if (head.state == delivery_state::cancelled)
    return;
  if (is_ended(head.state))
    head.finished_at = x.value.started_at + x.value.duration;
  else
    head.due_at = x.due_at;
}

/// Disables the channel of an attempt that found it dead. Returns its owner, or nothing where
/// nothing changed: a channel that was changed since may work by now.
expected<std::optional<recipient_id>> disable_channel(write_transaction& tx,
                                                      const record_attempt& x) {
  auto stored = channel_repository{tx}.find(x.channel);
  if (!stored)
    return stored.error();
  if (!*stored || !(*stored)->value.enabled || (*stored)->value.revision != x.fault->revision)
    return std::optional<recipient_id>{};
  auto& value = (*stored)->value;
  value.enabled = false;
  value.disabled_reason = x.fault->reason;
  value.updated_at = x.value.started_at + x.value.duration;
  ++value.revision;
  auto record = encode_channel(tx.scratch(), value, (*stored)->sealed_settings);
  if (auto put = tx.put(database::channels, as_key(x.channel), record); !put)
    return put.error();
  return std::optional{std::move(value.owner)};
}

/// `next` is the state in which the attempt left its delivery.
expected<void> count(write_transaction& tx, const record_attempt& x, delivery_state next) {
  delivery_counts counts;
  auto kind = x.value.result.kind;
  counts.delivered = kind == outcome_class::delivered ? 1 : 0;
  counts.failed = kind != outcome_class::delivered && kind != outcome_class::throttled ? 1 : 0;
  counts.retried = is_owed(next) ? 1 : 0;
  counts.dead_letters = next == delivery_state::dead_letter ? 1 : 0;
  return add_counts(tx, x.value.started_at + x.value.duration, counts);
}

} // namespace

expected<command_result> apply_step(write_transaction& tx, const record_attempt& x) {
  auto change = delivery_change::begin(tx, x.value.delivery);
  if (!change)
    return change.error();
  if (auto ok = check(x, change->before()); !ok)
    return ok.error();
  auto moved = change->move(stimulus_of(x), x.next);
  if (!moved && moved.error().code == errc::invalid_argument)
    return moved.error();
  auto result = result_of(0);
  auto number = number_of(tx, x.value, change->before());
  if (!number)
    return number.error();
  result.duplicate = *number == 0;
  // It has ended, or another record of this attempt moved it.
  if (result.duplicate || (!moved && !came_too_late(x, change->before())))
    return result;
  if (auto erased = erase_superseded(tx, x.value, change->before().last_number); !erased)
    return erased.error();
  advance(change->head(), x, *number);
  change->set_code(x.value.result.code);
  if (auto stored = change->store(); !stored)
    return stored.error();
  auto value = encode_attempt(tx.scratch(), x.value);
  if (auto stored = tx.put(database::attempts, attempt_key{x.value.delivery, *number}, value);
      !stored)
    return stored.error();
  if (auto erased = erase_oldest_attempts(tx, x.value.delivery, *number); !erased)
    return erased.error();
  if (x.fault) {
    auto owner = disable_channel(tx, x);
    if (!owner)
      return owner.error();
    result.disabled_owner = std::move(*owner);
  }
  if (auto counted = count(tx, x, change->head().state); !counted)
    return counted.error();
  result.affected = 1;
  return result;
}

} // namespace tocsin::storage
