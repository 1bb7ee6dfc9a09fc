#include "storage/records/event_record.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/recipient_key.hpp"

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_event_version = 1;

void read_unreached(record_reader& in, std::vector<unreached_recipient>& out) {
  auto size = in.list_size();
  out.reserve(size);
  for (size_t i = 0; i < size && in.ok(); ++i) {
    auto& x = out.emplace_back();
    x.reason = in.enumerator(suppression::none, suppression::no_channel);
    x.recipient = read_recipient_id(in);
  }
}

} // namespace

byte_view encode_event(std::string& out, const accept_event& x) {
  record_writer to{out, newest_event_version};
  to.text(x.value.type)
    .instant(x.accepted_at)
    .varint(x.deliveries.size())
    .text(x.idempotency_key)
    .text(x.value.id)
    .text(x.value.service)
    .text(x.value.customer)
    .text(x.value.timestamp)
    .text(x.value.message)
    .text(x.value.details)
    .varint(x.unreached.size());
  for (auto& unreached : x.unreached) {
    to.enumerator(unreached.reason);
    write_recipient_id(to, unreached.recipient);
  }
  return to.bytes();
}

expected<event_record> decode_event(byte_view key, byte_view value) {
  record_reader in{database::events, key, value, newest_event_version};
  record_reader id_in{database::events, key, key};
  event_record result;
  auto& x = result.value;
  x.id = id_in.id<event_id>();
  x.value.type = in.text();
  x.accepted_at = in.instant();
  x.deliveries = in.narrow_varint<uint32_t>();
  result.idempotency_key = in.text();
  x.value.id = in.text();
  x.value.service = in.text();
  x.value.customer = in.text();
  x.value.timestamp = in.text();
  x.value.message = in.text();
  x.value.details = in.text();
  read_unreached(in, x.unreached);
  if (auto end = id_in.end(); !end)
    return end.error();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

expected<std::string_view> decode_event_type(byte_view key, byte_view value) {
  record_reader in{database::events, key, value, newest_event_version};
  auto result = in.text();
  if (auto ok = in.state(); !ok)
    return ok.error();
  return result;
}

} // namespace tocsin::storage
