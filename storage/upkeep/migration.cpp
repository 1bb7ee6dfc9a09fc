#include "storage/upkeep/migration.hpp"

#include "storage/engine/codec.hpp"
#include "storage/engine/lookup.hpp"
#include "storage/records/attempt_record.hpp"
#include "storage/records/dead_letter_record.hpp"
#include "storage/records/delivery_record.hpp"
#include "storage/repositories/hourly_counts.hpp"

#include <string>
#include <utility>

namespace tocsin::storage {

namespace {

// -- the index of dead letters --------------------------------------------------------------------

/// The code of the newest attempt at a delivery; empty where that is lost or cannot be read, which
/// is no reason to refuse the whole storage.
expected<std::string> last_code(const transaction& tx, const delivery_id& id, uint16_t number,
                                const fault_sink& on_unreadable) {
  attempt_key key{id, number};
  auto value = tx.find(database::attempts, key);
  if (!value)
    return value.error();
  if (!*value)
    return std::string{};
  auto last = decode_attempt(key, **value);
  if (last)
    return std::move(last->result.code);
  on_unreadable(last.error().detail);
  return std::string{};
}

expected<void> index_one(write_transaction& tx, const delivery_id& id, const delivery_head& x,
                         const fault_sink& on_unreadable) {
  auto code = last_code(tx, id, x.last_number, on_unreadable);
  if (!code)
    return code.error();
  return tx.put(database::dead_letters, dead_letter_key{x.channel, x.finished_at, id},
                encode_dead_letter(tx.scratch(), *code));
}

/// Makes an entry for every delivery that is a dead letter, for a storage that had no such index.
/// One that cannot be read has none.
expected<void> index_dead_letters(write_transaction& tx, const fault_sink& on_unreadable) {
  return visit_records(tx, database::deliveries,
                       [&](byte_view key, byte_view value) -> expected<void> {
                         auto head = decode_head(key, value);
                         if (!head)
                           on_unreadable(head.error().detail);
                         if (!head || head->state != delivery_state::dead_letter)
                           return {};
                         auto id = record_reader{database::deliveries, key, key}.id<delivery_id>();
                         return index_one(tx, id, *head, on_unreadable);
                       });
}

// -- the hourly counts ----------------------------------------------------------------------------

expected<void> count_delivery(write_transaction& tx, const delivery_head& x) {
  delivery_counts made;
  ++(x.state == delivery_state::suppressed ? made.suppressed : made.accepted);
  if (auto added = add_counts(tx, x.created_at, made); !added)
    return added;
  if (x.state != delivery_state::dead_letter)
    return {};
  delivery_counts ended;
  ended.dead_letters = 1;
  return add_counts(tx, x.finished_at, ended);
}

/// `x` is the delivery that the attempt was made at.
expected<void> count_attempt(write_transaction& tx, const attempt& made, const delivery_head& x) {
  delivery_counts counts;
  auto kind = made.result.kind;
  auto is_delivered = kind == outcome_class::delivered;
  counts.delivered = is_delivered ? 1 : 0;
  counts.failed = !is_delivered && kind != outcome_class::throttled ? 1 : 0;
  auto is_retried = made.number < x.last_number || x.state == delivery_state::scheduled;
  counts.retried = !is_delivered && is_retried ? 1 : 0;
  return add_counts(tx, made.started_at + made.duration, counts);
}

expected<void> count_deliveries(write_transaction& tx, const fault_sink& on_unreadable) {
  return visit_records(tx, database::deliveries,
                       [&](byte_view key, byte_view value) -> expected<void> {
                         auto head = decode_head(key, value);
                         if (head)
                           return count_delivery(tx, *head);
                         on_unreadable(head.error().detail);
                         return {};
                       });
}

/// Deliveries that cannot be read are told of by `count_deliveries`.
expected<void> count_attempts(write_transaction& tx, const fault_sink& on_unreadable) {
  return visit_records(
    tx, database::attempts, [&](byte_view key, byte_view value) -> expected<void> {
      auto made = decode_attempt(key, value);
      if (!made) {
        on_unreadable(made.error().detail);
        return {};
      }
      auto head = find_record(tx, database::deliveries, as_key(made->delivery), decode_head);
      if (!head && !is_unreadable(head.error()))
        return head.error();
      if (head && *head)
        return count_attempt(tx, *made, **head);
      return {};
    });
}

/// Counts all deliveries and attempts that are stored, for a storage that had no counts. What
/// cannot be read is not counted.
expected<void> count_stored(write_transaction& tx, const fault_sink& on_unreadable) {
  if (auto counted = count_deliveries(tx, on_unreadable); !counted)
    return counted;
  return count_attempts(tx, on_unreadable);
}

} // namespace

expected<void> migrate(write_transaction& tx, uint32_t from, const fault_sink& on_unreadable) {
  // Versions 2, 4 and 5 gave records more fields at the end; older ones are read as they are and
  // written again when they change.
  if (from < 3)
    if (auto indexed = index_dead_letters(tx, on_unreadable); !indexed)
      return indexed;
  if (from < 5)
    if (auto counted = count_stored(tx, on_unreadable); !counted)
      return counted;
  return {};
}

} // namespace tocsin::storage
