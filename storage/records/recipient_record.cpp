#include "storage/records/recipient_record.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/selection_field.hpp"

#include <openssl/evp.h>

#include <array>

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_recipient_version = 2;
constexpr uint8_t newest_preference_version = 2;

/// A 500-byte key with its zero and its 32-byte digest.
constexpr size_t max_plain_name_bytes = 467;

recipient_id id_of_key(record_reader& key_in, byte_view key) {
  recipient_id result;
  result.kind = key_in.enumerator(recipient_kind::admin, recipient_kind::customer);
  result.name = key_in.raw(key.empty() ? 0 : key.size() - 1);
  return result;
}

void write_quiet_hours(record_writer& out, const std::optional<quiet_hours>& x) {
  out.flag(x.has_value());
  if (x)
    out.u16(x->from_minute)
      .u16(x->until_minute)
      .u16(static_cast<uint16_t>(x->utc_offset_minutes))
      .flag(x->critical_bypass);
}

std::optional<quiet_hours> read_quiet_hours(record_reader& in) {
  if (!in.flag())
    return std::nullopt;
  quiet_hours result;
  result.from_minute = in.u16();
  result.until_minute = in.u16();
  result.utc_offset_minutes = static_cast<int16_t>(in.u16());
  result.critical_bypass = in.flag();
  return result;
}

} // namespace

byte_view encode_recipient(std::string& out, const recipient& x) {
  record_writer to{out, newest_recipient_version};
  to.u64(x.revision)
    .text(x.display_name)
    .flag(x.portal_enabled)
    .instant(x.created_at)
    .instant(x.updated_at)
    .texts(x.services)
    .text(x.managed_by);
  return to.bytes();
}

expected<recipient> decode_recipient(byte_view key, byte_view value) {
  record_reader in{database::recipients, key, value, newest_recipient_version};
  record_reader key_in{database::recipients, key, key};
  recipient result;
  result.id = id_of_key(key_in, key);
  result.revision = in.u64();
  result.display_name = in.text();
  result.portal_enabled = in.flag();
  result.created_at = in.instant();
  result.updated_at = in.instant();
  result.services = in.texts();
  if (in.version() > 1)
    result.managed_by = in.text();
  if (auto end = key_in.end(); !end)
    return end.error();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

byte_view encode_preference(std::string& out, const preference& x) {
  record_writer to{out, newest_preference_version};
  to.u64(x.revision);
  write_selection(to, x.customers);
  write_selection(to, x.services);
  write_selection(to, x.event_types);
  write_quiet_hours(to, x.quiet);
  to.text(x.managed_by);
  return to.bytes();
}

expected<preference> decode_preference(byte_view key, byte_view value) {
  record_reader in{database::preferences, key, value, newest_preference_version};
  record_reader key_in{database::preferences, key, key};
  preference result;
  result.recipient = id_of_key(key_in, key);
  result.revision = in.u64();
  result.customers = read_selection(in);
  result.services = read_selection(in);
  result.event_types = read_selection(in);
  result.quiet = read_quiet_hours(in);
  if (in.version() > 1)
    result.managed_by = in.text();
  if (auto end = key_in.end(); !end)
    return end.error();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

std::string customer_name_key(std::string_view display_name) {
  if (display_name.size() <= max_plain_name_bytes)
    return std::string{display_name};
  std::array<unsigned char, 32> digest{};
  EVP_Digest(display_name.data(), display_name.size(), digest.data(), nullptr, EVP_sha256(),
             nullptr);
  std::string result{display_name.substr(0, max_plain_name_bytes)};
  result += '\0';
  result.append(digest.begin(), digest.end());
  return result;
}

} // namespace tocsin::storage
