#include "tests/support/standin/signatures.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <charconv>

namespace tocsin::standin {

namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

} // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::string_view alphabet
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  auto padding = text.size() - std::min(text.find('='), text.size());
  auto content = text.substr(0, text.size() - padding);
  if (text.size() % 4 != 0 || padding > 2
      || content.find_first_not_of(alphabet) != std::string_view::npos
      || text.substr(content.size()).find_first_not_of('=') != std::string_view::npos)
    return std::nullopt;
  std::string result(text.size() / 4 * 3, '\0');
  int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(result.data()), bytes_of(text),
                             static_cast<int>(text.size()));
  if (size < 0)
    return std::nullopt;
  result.resize(static_cast<std::size_t>(size) - padding);
  return result;
}

std::string encode_base64(std::string_view bytes) {
  std::string result((bytes.size() + 2) / 3 * 4 + 1, '\0');
  int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(result.data()), bytes_of(bytes),
                             static_cast<int>(bytes.size()));
  result.resize(static_cast<std::size_t>(size));
  return result;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string result(32, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(message), message.size(),
       reinterpret_cast<unsigned char*>(result.data()), &size);
  return result;
}

bool verify_x_signature(std::string_view header, std::string_view secret, std::string_view body) {
  std::string expected = "sha256=";
  for (unsigned char c : hmac_sha256(secret, body))
    expected += fmt::format("{:02x}", c);
  return equal_in_constant_time(header, expected);
}

bool verify_standard_webhook(const standard_headers& headers, std::string_view secret,
                             std::string_view body, std::chrono::system_clock::time_point now) {
  using namespace std::chrono;
  constexpr std::int64_t tolerance = 300;
  constexpr std::string_view mark = "whsec_";
  auto key = secret.starts_with(mark) ? decode_base64(secret.substr(mark.size())) : std::nullopt;
  if (!key || headers.id.empty() || headers.id.find('.') != std::string_view::npos)
    return false;
  std::int64_t sent = 0;
  const auto* end = headers.timestamp.data() + headers.timestamp.size();
  auto read = std::from_chars(headers.timestamp.data(), end, sent);
  auto age = duration_cast<seconds>(now.time_since_epoch()).count() - sent;
  if (read.ec != std::errc{} || read.ptr != end || age > tolerance || age < -tolerance)
    return false;
  auto content = fmt::format("{}.{}.{}", headers.id, headers.timestamp, body);
  auto expected = "v1," + encode_base64(hmac_sha256(*key, content));
  auto rest = headers.signature;
  while (!rest.empty()) {
    auto space = std::min(rest.find(' '), rest.size());
    if (equal_in_constant_time(rest.substr(0, space), expected))
      return true;
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  return false;
}

} // namespace tocsin::standin
