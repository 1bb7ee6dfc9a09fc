#include "storage/records/session_record.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/recipient_key.hpp"

#include <algorithm>

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_session_version = 1;

expected<sha256_digest> digest_of_key(database db, byte_view key) {
  sha256_digest result{};
  record_reader in{db, key, key};
  auto bytes = in.raw(result.size());
  if (auto end = in.end(); !end)
    return end.error();
  std::copy(bytes.begin(), bytes.end(), result.begin());
  return result;
}

} // namespace

byte_view encode_session(std::string& out, const session& x) {
  record_writer to{out, newest_session_version};
  to.instant(x.created_at).instant(x.last_used_at).instant(x.expires_at);
  write_recipient_id(to, x.who);
  return to.bytes();
}

expected<session> decode_session(byte_view key, byte_view value) {
  auto digest = digest_of_key(database::sessions, key);
  if (!digest)
    return digest.error();
  record_reader in{database::sessions, key, value, newest_session_version};
  session result;
  result.digest = *digest;
  result.created_at = in.instant();
  result.last_used_at = in.instant();
  result.expires_at = in.instant();
  result.who = read_recipient_id(in);
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

byte_view encode_portal_link(std::string& out, const portal_link& x) {
  record_writer to{out, newest_session_version};
  to.instant(x.created_at).instant(x.expires_at).text(x.customer);
  return to.bytes();
}

expected<portal_link> decode_portal_link(byte_view key, byte_view value) {
  auto digest = digest_of_key(database::portal_links, key);
  if (!digest)
    return digest.error();
  record_reader in{database::portal_links, key, value, newest_session_version};
  portal_link result;
  result.digest = *digest;
  result.created_at = in.instant();
  result.expires_at = in.instant();
  result.customer = in.text();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

byte_view encode_password(std::string& out, const password_hash& x) {
  record_writer to{out, newest_session_version};
  to.instant(x.changed_at).u64(x.n).u32(x.r).u32(x.p).text(x.salt).text(x.hash);
  return to.bytes();
}

expected<password_hash> decode_password(byte_view key, byte_view value) {
  record_reader in{database::passwords, key, value, newest_session_version};
  password_hash result;
  result.admin = key;
  result.changed_at = in.instant();
  result.n = in.u64();
  result.r = in.u32();
  result.p = in.u32();
  result.salt = in.text();
  result.hash = in.text();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

} // namespace tocsin::storage
