#include "storage/records/audit_record.hpp"

#include "storage/engine/codec.hpp"

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_audit_version = 1;

} // namespace

byte_view encode_audit_entry(std::string& out, const audit_entry& x) {
  record_writer to{out, newest_audit_version};
  to.instant(x.at)
    .enumerator(x.by.kind)
    .text(x.by.id)
    .text(x.by.name)
    .text(x.by.request_id)
    .text(x.action)
    .text(x.object)
    .text(x.before)
    .text(x.after);
  return to.bytes();
}

expected<audit_entry> decode_audit_entry(byte_view key, byte_view value) {
  record_reader in{database::audit, key, value, newest_audit_version};
  record_reader id_in{database::audit, key, key};
  audit_entry result;
  result.id = id_in.id<audit_id>();
  result.at = in.instant();
  result.by.kind = in.enumerator(author_kind::service, author_kind::customer);
  result.by.id = in.text();
  result.by.name = in.text();
  result.by.request_id = in.text();
  result.action = in.text();
  result.object = in.text();
  result.before = in.text();
  result.after = in.text();
  if (auto end = id_in.end(); !end)
    return end.error();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

} // namespace tocsin::storage
