#include "channels/signature.hpp"

#include "messages/hex.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>

namespace tocsin::channels {

namespace {

/// SHA-256 works on blocks of this many bytes.
constexpr size_t block_bytes = 64;

} // namespace

void hmac_sha256::cleanup::operator()(EVP_MD_CTX* x) const {
  EVP_MD_CTX_free(x);
}

hmac_sha256::hmac_sha256(std::string_view key) {
  std::array<uint8_t, block_bytes> block{};
  if (key.size() > block_bytes) {
    unsigned length = 0;
    EVP_Digest(key.data(), key.size(), block.data(), &length, EVP_sha256(), nullptr);
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  auto pad = [&block](uint8_t x) {
    auto result = block;
    for (auto& byte : result)
      byte ^= x;
    return result;
  };
  inner_ = keyed(pad(0x36));
  outer_ = keyed(pad(0x5c));
}

hmac_sha256::context hmac_sha256::keyed(std::span<const uint8_t> pad) {
  context result{EVP_MD_CTX_new()};
  EVP_DigestInit_ex(result.get(), EVP_sha256(), nullptr);
  EVP_DigestUpdate(result.get(), pad.data(), pad.size());
  return result;
}

hmac_sha256::digest hmac_sha256::sign(std::initializer_list<std::string_view> parts) const {
  digest result;
  // Making one takes longer than hashing a short text.
  thread_local const context work{EVP_MD_CTX_new()};
  EVP_MD_CTX_copy_ex(work.get(), inner_.get());
  for (auto part : parts)
    EVP_DigestUpdate(work.get(), part.data(), part.size());
  EVP_DigestFinal_ex(work.get(), result.data(), nullptr);
  EVP_MD_CTX_copy_ex(work.get(), outer_.get());
  EVP_DigestUpdate(work.get(), result.data(), result.size());
  EVP_DigestFinal_ex(work.get(), result.data(), nullptr);
  return result;
}

std::string digest_name(std::string_view text) {
  static const hmac_sha256 hash{"tocsin-name"};
  return to_hex(hash.sign({text}));
}

expected<std::string> make_webhook_secret() {
  std::array<uint8_t, 32> key{};
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1)
    return fail(errc::internal_error, "the system gives no random bytes");
  return std::string{encoded_secret_prefix} + to_base64(key);
}

std::string to_base64(std::span<const uint8_t> bytes) {
  // Room for the terminator that OpenSSL writes.
  std::string result((bytes.size() + 2) / 3 * 4 + 1, '\0');
  auto length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(result.data()), bytes.data(),
                                static_cast<int>(bytes.size()));
  result.resize(static_cast<size_t>(length));
  return result;
}

std::string to_base64(std::string_view bytes) {
  return to_base64(std::span{reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
}

std::optional<std::string> from_base64(std::string_view text) {
  auto is_digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+'
           || c == '/';
  };
  auto padding = text.ends_with("==") ? 2u : text.ends_with('=') ? 1u : 0u;
  auto digits = text.substr(0, text.size() - padding);
  if (text.size() % 4 != 0 || !std::all_of(digits.begin(), digits.end(), is_digit))
    return std::nullopt;
  std::string result(text.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(result.data()),
                  reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  result.resize(result.size() - padding);
  return result;
}

} // namespace tocsin::channels
