#include "storage/hourly_counts.hpp"

#include "storage/attempt_record.hpp"
#include "storage/codec.hpp"
#include "storage/delivery_record.hpp"
#include "storage/erase_all.hpp"
#include "storage/lookup.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_hour_version = 1;

/// The key of an hour: its begin in Unix milliseconds, those before 1970 as 0.
class hour_key {
public:
  explicit hour_key(timestamp at) {
    auto hour = std::chrono::floor<std::chrono::hours>(at);
    auto ms = std::max<int64_t>(to_unix_ms(timestamp{hour}), 0);
    store_big_endian(bytes_.data(), static_cast<uint64_t>(ms));
  }

  operator byte_view() const { return {bytes_.data(), bytes_.size()}; }

private:
  std::array<char, sizeof(uint64_t)> bytes_{};
};

byte_view encode(std::string& out, const delivery_counts& x) {
  record_writer to{out, newest_hour_version};
  to.u64(x.accepted)
    .u64(x.suppressed)
    .u64(x.delivered)
    .u64(x.failed)
    .u64(x.retried)
    .u64(x.dead_letters);
  return to.bytes();
}

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

} // namespace

expected<void> add_counts(write_transaction& tx, timestamp at, const delivery_counts& x) {
  hour_key key{at};
  auto counted = find_record(tx, database::hourly_counts, key, decode_hourly_count);
  if (!counted && !is_unreadable(counted.error()))
    return counted.error();
  auto sum = counted && *counted ? (*counted)->counts : delivery_counts{};
  sum += x;
  tx.put_late(database::hourly_counts, key, encode(tx.scratch(), sum));
  return {};
}

expected<std::vector<counted_span>> read_counts(const transaction& tx, timestamp since) {
  auto at = tx.open_cursor(database::hourly_counts);
  if (!at)
    return at.error();
  std::vector<counted_span> result;
  auto found = at->seek(hour_key{since});
  for (; found && *found; found = at->next()) {
    auto hour = decode_hourly_count(at->key(), at->value());
    if (!hour)
      return hour.error();
    result.push_back(*hour);
  }
  if (!found)
    return found.error();
  return result;
}

expected<counted_span> decode_hourly_count(byte_view key, byte_view value) {
  record_reader key_in{database::hourly_counts, key, key};
  record_reader in{database::hourly_counts, key, value, newest_hour_version};
  counted_span result;
  result.at = key_in.instant();
  if (result.at != std::chrono::floor<std::chrono::hours>(result.at))
    key_in.refuse("is not a full hour");
  auto& counts = result.counts;
  for (auto* count : {&counts.accepted, &counts.suppressed, &counts.delivered, &counts.failed,
                      &counts.retried, &counts.dead_letters})
    *count = in.u64();
  if (auto end = key_in.end(); !end)
    return end.error();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

expected<uint32_t> prune_counts(write_transaction& tx, timestamp older_than, uint32_t limit) {
  hour_key end{older_than};
  std::vector<std::string> keys;
  {
    auto at = tx.open_cursor(database::hourly_counts);
    if (!at)
      return at.error();
    auto found = at->first();
    for (; found && *found && keys.size() < limit && at->key() < byte_view{end}; found = at->next())
      keys.emplace_back(at->key());
    if (!found)
      return found.error();
  }
  if (auto erased = erase_all(tx, database::hourly_counts, keys); !erased)
    return erased.error();
  return static_cast<uint32_t>(keys.size());
}

expected<void> count_stored(write_transaction& tx, const fault_sink& on_unreadable) {
  if (auto counted = count_deliveries(tx, on_unreadable); !counted)
    return counted;
  return count_attempts(tx, on_unreadable);
}

} // namespace tocsin::storage
