#include "storage/records/dead_letter_record.hpp"

#include <algorithm>

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_dead_letter_version = 1;

} // namespace

dead_letter_key::dead_letter_key(const channel_id& channel, timestamp finished_at,
                                 const delivery_id& delivery) {
  auto* out = std::copy(channel.bytes.begin(), channel.bytes.end(), bytes_.data());
  store_big_endian(out, static_cast<uint64_t>(std::max<int64_t>(to_unix_ms(finished_at), 0)));
  std::copy(delivery.bytes.begin(), delivery.bytes.end(), out + sizeof(uint64_t));
}

byte_view encode_dead_letter(std::string& out, std::string_view code) {
  record_writer to{out, newest_dead_letter_version};
  return to.text(code).bytes();
}

expected<dead_letter_fields> decode_dead_letter(byte_view key, byte_view value) {
  record_reader key_in{database::dead_letters, key, key};
  record_reader in{database::dead_letters, key, value, newest_dead_letter_version};
  dead_letter_fields result;
  result.channel = key_in.id<channel_id>();
  result.finished_at = key_in.instant();
  result.delivery = key_in.id<delivery_id>();
  result.code = in.text();
  if (auto end = key_in.end(); !end)
    return end.error();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

} // namespace tocsin::storage
