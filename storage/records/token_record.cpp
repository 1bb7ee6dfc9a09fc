#include "storage/records/token_record.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/digest_key.hpp"

#include <algorithm>

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_token_version = 2;

std::optional<timestamp> optional_instant(timestamp x) {
  return x == timestamp{} ? std::nullopt : std::optional{x};
}

/// In records of version 1 `read` showed what `read:sensitive` shows since.
uint8_t scopes_of_version_1(uint8_t x) {
  auto read = static_cast<uint8_t>(token_scope::read);
  auto read_sensitive = static_cast<uint8_t>(token_scope::read_sensitive);
  return (x & read) != 0 ? static_cast<uint8_t>(x | read_sensitive) : x;
}

} // namespace

byte_view encode_token(std::string& out, const token& x) {
  record_writer to{out, newest_token_version};
  to.raw(digest_key(x.digest)).u8(x.scopes).instant(x.created_at).text(x.name);
  to.instant(x.expires_at.value_or(timestamp{})).instant(x.last_used_at.value_or(timestamp{}));
  return to.bytes();
}

expected<token> decode_token(byte_view key, byte_view value) {
  record_reader in{database::tokens, key, value, newest_token_version};
  record_reader id_in{database::tokens, key, key};
  token result;
  result.id = id_in.id<token_id>();
  auto digest = in.raw(result.digest.size());
  std::copy(digest.begin(), digest.end(), result.digest.begin());
  result.scopes = in.u8();
  result.created_at = in.instant();
  result.name = in.text();
  if (in.version() == 1) {
    result.scopes = scopes_of_version_1(result.scopes);
  } else {
    result.expires_at = optional_instant(in.instant());
    result.last_used_at = optional_instant(in.instant());
  }
  if (auto end = id_in.end(); !end)
    return end.error();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

} // namespace tocsin::storage
