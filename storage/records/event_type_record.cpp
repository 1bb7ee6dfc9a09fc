#include "storage/records/event_type_record.hpp"

#include "storage/engine/codec.hpp"

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_event_type_version = 2;

} // namespace

byte_view encode_custom_event_type(std::string& out, const custom_event_type& x) {
  record_writer to{out, newest_event_type_version};
  to.u64(x.revision)
    .flag(x.on_by_default)
    .enumerator(x.severity)
    .text(x.title)
    .instant(x.created_at)
    .instant(x.updated_at)
    .text(x.managed_by);
  return to.bytes();
}

expected<custom_event_type> decode_custom_event_type(byte_view key, byte_view value) {
  record_reader in{database::event_types, key, value, newest_event_type_version};
  custom_event_type result;
  result.name = key;
  result.revision = in.u64();
  result.on_by_default = in.flag();
  result.severity = in.enumerator(event_severity::success, event_severity::critical);
  result.title = in.text();
  result.created_at = in.instant();
  result.updated_at = in.instant();
  if (in.version() > 1)
    result.managed_by = in.text();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

} // namespace tocsin::storage
