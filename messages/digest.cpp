#include "messages/digest.hpp"

#include "messages/hex.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

namespace tocsin {

sha256_digest sha256(std::string_view text) {
  // Fetched once, and the context kept: either costs more than the digest of a short text.
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm{
    EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free};
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> work{EVP_MD_CTX_new(),
                                                                                  &EVP_MD_CTX_free};
  sha256_digest result{};
  EVP_DigestInit_ex(work.get(), algorithm.get(), nullptr);
  EVP_DigestUpdate(work.get(), text.data(), text.size());
  EVP_DigestFinal_ex(work.get(), result.data(), nullptr);
  return result;
}

expected<std::string> make_secret(std::string_view prefix) {
  std::array<unsigned char, 32> secret{};
  if (RAND_bytes(secret.data(), static_cast<int>(secret.size())) != 1)
    return fail(errc::unavailable, "the system has no random numbers");
  auto result = std::string{prefix} + to_hex(secret);
  OPENSSL_cleanse(secret.data(), secret.size());
  return result;
}

} // namespace tocsin
