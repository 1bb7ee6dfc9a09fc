#include "storage/token_record.hpp"

#include "storage/codec.hpp"

#include <algorithm>

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_version = 1;

} // namespace

byte_view encode_token(std::string& out, const token& x) {
  record_writer to{out, newest_version};
  to.raw(digest_key(x.digest)).u8(x.scopes).instant(x.created_at).text(x.name);
  return to.bytes();
}

expected<token> decode_token(byte_view key, byte_view value) {
  record_reader in{database::tokens, key, value, newest_version};
  record_reader id_in{database::tokens, key, key};
  token result;
  result.id = id_in.id<token_id>();
  auto digest = in.raw(result.digest.size());
  std::copy(digest.begin(), digest.end(), result.digest.begin());
  result.scopes = in.u8();
  result.created_at = in.instant();
  result.name = in.text();
  if (auto end = id_in.end(); !end)
    return end.error();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

} // namespace tocsin::storage
