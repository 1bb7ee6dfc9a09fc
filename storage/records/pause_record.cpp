#include "storage/records/pause_record.hpp"

#include "storage/engine/codec.hpp"

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_pause_version = 1;

} // namespace

byte_view encode_pause(std::string& out, const delivery_pause& x) {
  record_writer to{out, newest_pause_version};
  to.instant(x.since).instant(x.until).text(x.reason).enumerator(x.by.kind).text(x.by.id).text(
    x.by.name);
  return to.bytes();
}

expected<delivery_pause> decode_pause(byte_view key, byte_view value) {
  record_reader in{database::meta, key, value, newest_pause_version};
  delivery_pause result;
  result.since = in.instant();
  result.until = in.instant();
  result.reason = in.text();
  result.by.kind = in.enumerator(author_kind::service, author_kind::customer);
  result.by.id = in.text();
  result.by.name = in.text();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

} // namespace tocsin::storage
