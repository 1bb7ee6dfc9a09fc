#include "actors/registry/password.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

namespace tocsin {

namespace {

/// OWASP's Password Storage Cheat Sheet (2023) asks for N=2^15 with r=8 and p=3, or more of N.
constexpr uint64_t cost = 1 << 15;
constexpr uint32_t block_size = 8;
constexpr uint32_t parallelisation = 3;
constexpr size_t salt_bytes = 16;
constexpr size_t hash_bytes = 32;

/// What scrypt may use: 128 N r bytes and some; hashes that ask for far more were tampered with.
constexpr uint64_t max_memory_bytes = 256ULL << 20;

expected<std::string> derive(const password_hash& x, std::string_view password) {
  std::string result(hash_bytes, '\0');
  auto done = EVP_PBE_scrypt(password.data(), password.size(),
                             reinterpret_cast<const unsigned char*>(x.salt.data()), x.salt.size(),
                             x.n, x.r, x.p, max_memory_bytes,
                             reinterpret_cast<unsigned char*>(result.data()), result.size());
  if (done != 1)
    return fail(errc::unavailable, "a password cannot be hashed now");
  return result;
}

} // namespace

expected<password_hash> hash_password(const std::string& admin, std::string_view password,
                                      timestamp now) {
  password_hash result;
  result.admin = admin;
  result.salt.resize(salt_bytes);
  if (RAND_bytes(reinterpret_cast<unsigned char*>(result.salt.data()), salt_bytes) != 1)
    return fail(errc::unavailable, "the system has no random numbers");
  result.n = cost;
  result.r = block_size;
  result.p = parallelisation;
  auto hash = derive(result, password);
  if (!hash)
    return hash.error();
  result.hash = std::move(*hash);
  result.changed_at = now;
  return result;
}

expected<bool> matches(const password_hash& x, std::string_view password) {
  auto hash = derive(x, password);
  if (!hash)
    return hash.error();
  return hash->size() == x.hash.size()
         && CRYPTO_memcmp(hash->data(), x.hash.data(), hash->size()) == 0;
}

} // namespace tocsin
