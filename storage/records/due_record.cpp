#include "storage/records/due_record.hpp"

#include <algorithm>

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_due_count_version = 1;

} // namespace

due_key::due_key(const channel_id& channel, due_class klass, timestamp due_at,
                 const delivery_id& delivery) {
  auto* out = std::copy(channel.bytes.begin(), channel.bytes.end(), bytes_.data());
  *out++ = static_cast<char>(klass);
  store_big_endian(out, static_cast<uint64_t>(std::max<int64_t>(to_unix_ms(due_at), 0)));
  std::copy(delivery.bytes.begin(), delivery.bytes.end(), out + sizeof(uint64_t));
}

expected<due_fields> decode_due_key(byte_view key) {
  record_reader in{database::due, key, key};
  due_fields result;
  result.channel = in.id<channel_id>();
  result.klass = in.enumerator(due_class::first_attempt, due_class::attempting);
  result.due_at = in.instant();
  result.delivery = in.id<delivery_id>();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

expected<channel_id> channel_of_due_key(byte_view key) {
  record_reader in{database::due, key, key.substr(0, sizeof(channel_id::bytes))};
  auto result = in.id<channel_id>();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

byte_view encode_due_count(std::string& out, const due_count& x) {
  record_writer to{out, newest_due_count_version};
  return to.flag(x.is_removed).u64(x.entries).bytes();
}

expected<due_count> decode_due_count(byte_view key, byte_view value) {
  record_reader in{database::due_counts, key, value, newest_due_count_version};
  due_count result;
  result.is_removed = in.flag();
  result.entries = in.u64();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

} // namespace tocsin::storage
