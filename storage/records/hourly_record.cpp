#include "storage/records/hourly_record.hpp"

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_hour_version = 1;

} // namespace

byte_view encode_hourly_count(std::string& out, const delivery_counts& x) {
  record_writer to{out, newest_hour_version};
  to.u64(x.accepted)
    .u64(x.suppressed)
    .u64(x.delivered)
    .u64(x.failed)
    .u64(x.retried)
    .u64(x.dead_letters);
  return to.bytes();
}

void add_to_hourly_count(std::string& record, const delivery_counts& x) {
  auto* at = record.data() + 1;
  for (auto added : {x.accepted, x.suppressed, x.delivered, x.failed, x.retried, x.dead_letters}) {
    if (added != 0)
      store_big_endian(at, load_big_endian<uint64_t>(at) + added);
    at += sizeof(uint64_t);
  }
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

} // namespace tocsin::storage
