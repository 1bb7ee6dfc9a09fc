#pragma once

#include "messages/failure.hpp"

#include <openssl/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tocsin::channels {

/// HMAC-SHA-256 (RFC 2104) under one key. The key's part of the work is done once, at
/// construction; `sign` may be called from several threads.
class hmac_sha256 {
public:
  using digest = std::array<uint8_t, 32>;

  explicit hmac_sha256(std::string_view key);

  /// Signs the concatenation of `parts`.
  digest sign(std::initializer_list<std::string_view> parts) const;

private:
  struct cleanup {
    void operator()(EVP_MD_CTX* x) const;
  };
  using context = std::unique_ptr<EVP_MD_CTX, cleanup>;

  static context keyed(std::span<const uint8_t> pad);

  context inner_;
  context outer_;
};

/// A name for a possible secret that reveals nothing of it; the same for the same `text`.
std::string digest_name(std::string_view text);

/// What the secrets of Standard Webhooks begin with; base 64 of the key follows.
inline constexpr std::string_view encoded_secret_prefix = "whsec_";

/// A fresh secret for Standard Webhooks with a key of 32 random bytes. Thread-safe.
/// Errors: internal_error if the system has no randomness.
expected<std::string> make_webhook_secret();

/// Base 64 with padding (RFC 4648 §4).
std::string to_base64(std::span<const uint8_t> bytes);
std::string to_base64(std::string_view bytes);

/// Reads base 64; nothing if `text` is not that, padding included.
std::optional<std::string> from_base64(std::string_view text);

} // namespace tocsin::channels
