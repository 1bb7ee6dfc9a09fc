#include "storage/apply_steps.hpp"
#include "storage/attempt_record.hpp"
#include "storage/codec.hpp"
#include "storage/delivery_record.hpp"
#include "storage/due_index.hpp"
#include "storage/lookup.hpp"

#include <fmt/format.h>

#include <limits>

namespace tocsin::storage {

namespace {

constexpr auto last_possible_number = std::numeric_limits<uint16_t>::max();

expected<void> check(const record_attempt& x, const delivery_head& head) {
  if (x.channel != head.channel)
    return fail(errc::invalid_argument,
                fmt::format("the delivery {} is not one of the channel {}",
                            to_string(x.value.delivery), to_string(x.channel)));
  if (x.value.number == 0)
    return fail(errc::invalid_argument, "attempts count from 1");
  if (x.next == delivery_state::suppressed || x.next == delivery_state::cancelled)
    return fail(errc::invalid_argument,
                fmt::format("no attempt leads to the state {}", to_string(x.next)));
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

delivery_head advance(const delivery_head& head, const record_attempt& x, uint16_t number) {
  auto result = head;
  result.state = x.next;
  result.last_number = number;
  if (x.counts && result.attempts < last_possible_number)
    ++result.attempts;
  if (is_ended(x.next))
    result.finished_at = x.value.started_at + x.value.duration;
  else
    result.due_at = x.due_at;
  return result;
}

/// Brings `due` from what `before` asks for to what `after` does.
expected<void> move_due(write_transaction& tx, const delivery_id& id, const delivery_head& before,
                        const delivery_head& after) {
  due_key old_key{before.channel, due_class_of(before.state), before.due_at, id};
  due_key new_key{after.channel, due_class_of(after.state), after.due_at, id};
  if (!is_ended(after.state) && new_key == old_key)
    return {};
  auto erased = tx.erase(database::due, old_key);
  if (!erased)
    return erased.error();
  if (!*erased)
    return corrupt(database::due, old_key, "is missing though its delivery is owed");
  if (!is_ended(after.state))
    return tx.put(database::due, new_key, {});
  auto count = find_due_count(tx, after.channel);
  if (!count)
    return count.error();
  if (!*count || (*count)->entries == 0)
    return corrupt(database::due_counts, as_key(after.channel), "counts less than is owed");
  --(*count)->entries;
  return store_due_count(tx, after.channel, **count);
}

} // namespace

expected<command_result> apply_step(write_transaction& tx, const record_attempt& x) {
  auto& id = x.value.delivery;
  auto record = tx.find(database::deliveries, as_key(id));
  if (!record)
    return record.error();
  if (!*record)
    return fail(errc::not_found, fmt::format("there is no delivery {}", to_string(id)));
  auto head = decode_head(as_key(id), **record);
  if (!head)
    return head.error();
  if (auto ok = check(x, *head); !ok)
    return ok.error();
  auto result = result_of(0);
  auto number = number_of(tx, x.value, *head);
  if (!number)
    return number.error();
  result.duplicate = *number == 0;
  if (result.duplicate || is_ended(head->state))
    return result;
  auto after = advance(*head, x, *number);
  // From here on it changes; `record` is read for the last time.
  auto changed = encode_changed(tx.scratch(), after, **record);
  if (auto stored = tx.put(database::deliveries, as_key(id), changed); !stored)
    return stored.error();
  if (auto moved = move_due(tx, id, *head, after); !moved)
    return moved.error();
  auto value = encode_attempt(tx.scratch(), x.value);
  if (auto stored = tx.put(database::attempts, attempt_key{id, *number}, value); !stored)
    return stored.error();
  result.value = 1;
  return result;
}

} // namespace tocsin::storage
