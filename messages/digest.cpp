#include "messages/digest.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

namespace tocsin {

sha256_digest sha256(std::string_view text) {
  // Fetched once, as looking the algorithm up costs more than the digest of a short text.
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm{
    EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free};
  sha256_digest result{};
  EVP_Digest(text.data(), text.size(), result.data(), nullptr, algorithm.get(), nullptr);
  return result;
}

expected<std::string> make_secret(std::string_view prefix) {
  std::array<unsigned char, 32> secret{};
  if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1)
    return fail(errc::unavailable, "the system has no random numbers");
  std::string result{prefix};
  for (auto byte : secret)
    result += fmt::format("{:02x}", byte);
  OPENSSL_cleanse(secret.data(), secret.size());
  return result;
}

} // namespace tocsin
