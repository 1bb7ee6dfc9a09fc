#include "storage/commands/delivery_change.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/dead_letter_record.hpp"
#include "storage/records/due_record.hpp"
#include "storage/repositories/due_counts.hpp"

#include <fmt/format.h>

namespace tocsin::storage {

expected<delivery_change> delivery_change::begin(write_transaction& tx, const delivery_id& id) {
  auto record = tx.find(database::deliveries, as_key(id));
  if (!record)
    return record.error();
  if (!*record)
    return fail(errc::not_found, fmt::format("there is no delivery {}", to_string(id)));
  auto head = decode_head(as_key(id), **record);
  if (!head)
    return head.error();
  return delivery_change{tx, id, **record, *head};
}

expected<void> delivery_change::move(policy::stimulus what, delivery_state wanted) {
  auto next = policy::next_state(before_.state, what, wanted);
  if (!next)
    return next.error();
  head_.state = *next;
  return {};
}

expected<void> delivery_change::store() {
  // The only step that may refuse comes first.
  if (auto counted = count_owed(); !counted)
    return counted;
  if (auto moved = move_due(); !moved)
    return moved;
  if (auto moved = move_dead_letter(); !moved)
    return moved;
  return store_record();
}

expected<void> delivery_change::count_owed() {
  auto was_owed = is_owed(before_.state);
  if (was_owed == is_owed(head_.state))
    return {};
  auto count = find_due_count(*tx_, head_.channel);
  if (!count)
    return count.error();
  if (!was_owed && (!*count || (*count)->is_removed))
    return fail(errc::conflict,
                fmt::format("the channel of the delivery {} is gone", to_string(id_)));
  if (was_owed && (!*count || (*count)->entries == 0))
    return corrupt(database::due_counts, as_key(head_.channel), "counts less than is owed");
  (*count)->entries += was_owed ? -1 : 1;
  put_due_count(*tx_, head_.channel, **count);
  return {};
}

expected<void> delivery_change::move_due() {
  due_key from{before_.channel, due_class_of(before_.state), before_.due_at, id_};
  due_key to{head_.channel, due_class_of(head_.state), head_.due_at, id_};
  auto was_owed = is_owed(before_.state);
  auto stays = is_owed(head_.state);
  if (was_owed && stays && from == to)
    return {};
  if (was_owed) {
    auto erased = tx_->erase(database::due, from);
    if (!erased)
      return erased.error();
    if (!*erased)
      return corrupt(database::due, from, "is missing though its delivery is owed");
  }
  if (!stays)
    return {};
  return tx_->put(database::due, to, {});
}

expected<void> delivery_change::move_dead_letter() {
  auto was_dead = before_.state == delivery_state::dead_letter;
  auto is_dead = head_.state == delivery_state::dead_letter;
  if (was_dead == is_dead)
    return {};
  if (is_dead)
    return tx_->put(database::dead_letters, dead_letter_key{head_.channel, head_.finished_at, id_},
                    encode_dead_letter(tx_->scratch(), code_));
  dead_letter_key key{before_.channel, before_.finished_at, id_};
  auto erased = tx_->erase(database::dead_letters, key);
  if (!erased)
    return erased.error();
  if (!*erased)
    return corrupt(database::dead_letters, key, "is missing though its delivery is one");
  return {};
}

expected<void> delivery_change::store_record() {
  auto key = as_key(id_);
  if (!note_)
    return tx_->put(database::deliveries, key, encode_changed(tx_->scratch(), head_, record_));
  auto noted = encode_noted(tx_->scratch(), head_, key, record_, *note_);
  if (!noted)
    return noted.error();
  return tx_->put(database::deliveries, key, *noted);
}

} // namespace tocsin::storage
