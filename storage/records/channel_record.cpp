#include "storage/records/channel_record.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/recipient_key.hpp"
#include "storage/records/selection_field.hpp"

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_channel_version = 3;

void write_triggers(record_writer& out, const channel& x) {
  out.varint(x.triggers.size());
  for (auto& [type, trigger] : x.triggers)
    out.text(type).flag(trigger.on).texts(trigger.to);
}

void read_triggers(record_reader& in, channel& x) {
  auto size = in.list_size();
  for (size_t i = 0; i < size && in.ok(); ++i) {
    std::string type{in.text()};
    trigger value;
    value.on = in.flag();
    value.to = in.texts();
    x.triggers.insert_or_assign(std::move(type), std::move(value));
  }
}

/// A duration that is not set is written as 0, which none can be.
void write_delivery_policy(record_writer& out, const delivery_policy& x) {
  for (auto each : {x.first_retry, x.max_retry, x.give_up})
    out.u64(each ? static_cast<uint64_t>(each->count()) : 0);
  out.enumerator(x.on_ambiguous);
}

delivery_policy read_delivery_policy(record_reader& in) {
  delivery_policy result;
  for (auto* each : {&result.first_retry, &result.max_retry, &result.give_up})
    if (auto count = in.u64(); count != 0)
      each->emplace(static_cast<int64_t>(count));
  result.on_ambiguous = in.enumerator(ambiguous_policy::retry, ambiguous_policy::dead_letter);
  return result;
}

} // namespace

byte_view encode_channel(std::string& out, const channel& x, std::string_view sealed_settings) {
  record_writer to{out, newest_channel_version};
  to.u64(x.revision);
  write_recipient_id(to, x.owner);
  to.text(x.name)
    .enumerator(x.type)
    .flag(x.enabled)
    .text(x.disabled_reason)
    .instant(x.created_at)
    .instant(x.updated_at);
  write_triggers(to, x);
  write_selection(to, x.filters.customers);
  write_selection(to, x.filters.services);
  to.text(sealed_settings);
  write_delivery_policy(to, x.delivery);
  to.text(x.managed_by);
  return to.bytes();
}

expected<stored_channel> decode_channel(byte_view key, byte_view value) {
  record_reader in{database::channels, key, value, newest_channel_version};
  record_reader id_in{database::channels, key, key};
  stored_channel result;
  auto& x = result.value;
  x.id = id_in.id<channel_id>();
  x.revision = in.u64();
  x.owner = read_recipient_id(in);
  x.name = in.text();
  x.type = in.enumerator(channel_type::email, channel_type::webhook);
  x.enabled = in.flag();
  x.disabled_reason = in.text();
  x.created_at = in.instant();
  x.updated_at = in.instant();
  read_triggers(in, x);
  x.filters.customers = read_selection(in);
  x.filters.services = read_selection(in);
  result.sealed_settings = in.text();
  if (in.version() > 1)
    x.delivery = read_delivery_policy(in);
  if (in.version() > 2)
    x.managed_by = in.text();
  if (auto end = id_in.end(); !end)
    return end.error();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

std::string channel_name_prefix(const recipient_id& owner) {
  return recipient_key(owner) + '\0';
}

std::string channel_name_key(const recipient_id& owner, std::string_view name) {
  return channel_name_prefix(owner).append(name);
}

expected<channel_id> decode_channel_id(byte_view key, byte_view value) {
  record_reader in{database::channel_names, key, value};
  auto result = in.id<channel_id>();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

} // namespace tocsin::storage
