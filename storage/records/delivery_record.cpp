#include "storage/records/delivery_record.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/recipient_key.hpp"

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_delivery_version = 2;

/// Bytes of the fixed part, version byte included.
constexpr size_t head_size_of_version_1 = 63;
constexpr size_t head_size = 71;

void write_head(record_writer& out, const delivery_head& x) {
  out.enumerator(x.state)
    .enumerator(x.reason)
    .u16(x.attempts)
    .u16(x.last_number)
    .instant(x.due_at)
    .instant(x.finished_at)
    .instant(x.created_at)
    .id(x.event)
    .id(x.channel)
    .instant(x.resent_at);
}

delivery_head read_head(record_reader& in) {
  delivery_head result;
  result.state = in.enumerator(delivery_state::pending, delivery_state::attempting);
  result.reason = in.enumerator(suppression::none, suppression::no_channel);
  result.attempts = in.u16();
  result.last_number = in.u16();
  result.due_at = in.instant();
  result.finished_at = in.instant();
  result.created_at = in.instant();
  result.event = in.id<event_id>();
  result.channel = in.id<channel_id>();
  if (in.version() > 1)
    result.resent_at = in.instant();
  return result;
}

} // namespace

byte_view encode_delivery(std::string& out, const delivery_head& head,
                          const recipient_id& recipient, const std::string& destination) {
  record_writer to{out, newest_delivery_version};
  write_head(to, head);
  write_recipient_id(to, recipient);
  to.text(destination).text({});
  return to.bytes();
}

byte_view encode_changed(std::string& out, const delivery_head& head, byte_view record) {
  record_writer to{out, newest_delivery_version};
  write_head(to, head);
  auto is_first_version = record.front() == 1;
  to.raw(record.substr(is_first_version ? head_size_of_version_1 : head_size));
  if (is_first_version)
    to.text({});
  return to.bytes();
}

expected<byte_view> encode_noted(std::string& out, const delivery_head& head, byte_view key,
                                 byte_view record, std::string_view note) {
  auto whole = decode_delivery(key, record);
  if (!whole)
    return whole.error();
  record_writer to{out, newest_delivery_version};
  write_head(to, head);
  write_recipient_id(to, whole->recipient);
  return to.text(whole->destination).text(note).bytes();
}

expected<delivery> decode_delivery(byte_view key, byte_view value) {
  record_reader in{database::deliveries, key, value, newest_delivery_version};
  record_reader id_in{database::deliveries, key, key};
  auto head = read_head(in);
  delivery result;
  result.id = id_in.id<delivery_id>();
  result.event = head.event;
  result.channel = head.channel;
  result.state = head.state;
  result.reason = head.reason;
  result.attempts = head.attempts;
  result.created_at = head.created_at;
  result.due_at = head.due_at;
  result.finished_at = head.finished_at;
  result.resent_at = head.resent_at;
  result.recipient = read_recipient_id(in);
  result.destination = in.text();
  if (in.version() > 1)
    result.note = in.text();
  if (auto end = id_in.end(); !end)
    return end.error();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

expected<delivery_head> decode_head(byte_view key, byte_view value) {
  record_reader in{database::deliveries, key, value, newest_delivery_version};
  auto result = read_head(in);
  if (auto ok = in.state(); !ok)
    return ok.error();
  return result;
}

} // namespace tocsin::storage
