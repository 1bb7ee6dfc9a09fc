#include "storage/repositories/hourly_counts.hpp"

#include "storage/engine/lookup.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/records/hourly_record.hpp"

namespace tocsin::storage {

expected<void> add_counts(write_transaction& tx, timestamp at, const delivery_counts& x) {
  hour_key key{at};
  // All but the first of the hour in a transaction.
  if (auto* bytes = tx.find_late(database::hourly_counts, key)) {
    add_to_hourly_count(*bytes, x);
    return {};
  }
  auto counted = find_record(tx, database::hourly_counts, key, decode_hourly_count);
  if (!counted && !is_unreadable(counted.error()))
    return counted.error();
  auto sum = counted && *counted ? (*counted)->counts : delivery_counts{};
  sum += x;
  tx.put_late(database::hourly_counts, key, encode_hourly_count(tx.scratch(), sum));
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

} // namespace tocsin::storage
