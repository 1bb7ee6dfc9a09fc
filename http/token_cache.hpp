#pragma once

#include "messages/token.hpp"

#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace tocsin::http {

/// The SHA-256 of `text`.
sha256_digest sha256(std::string_view text);

/// The token of an `Authorization` field of the scheme `Bearer` (RFC 6750 §2.1); nothing if it is
/// of another scheme or has no token.
std::optional<std::string_view> bearer_token(std::string_view authorization);

/// Remembers for a second which tokens are good, so that not every request has to ask. A token
/// that is revoked dies within that second. What is unknown is never remembered.
class token_cache {
public:
  using clock = std::chrono::steady_clock;

  static constexpr std::chrono::seconds lifetime{1};

  /// Finds a token that was put in less than `lifetime` ago.
  const token* find(const sha256_digest& digest, clock::time_point now);

  void put(const token& x, clock::time_point now);

private:
  struct entry {
    token value;
    clock::time_point until;
  };

  /// A digest is as good a hash as any.
  struct digest_hash {
    size_t operator()(const sha256_digest& x) const noexcept {
      size_t result = 0;
      std::memcpy(&result, x.data(), sizeof(result));
      return result;
    }
  };

  std::unordered_map<sha256_digest, entry, digest_hash> entries_;
};

} // namespace tocsin::http
