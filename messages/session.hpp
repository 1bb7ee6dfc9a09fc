#pragma once

#include "messages/digest.hpp"
#include "messages/recipient.hpp"
#include "messages/timestamp.hpp"

#include <cstdint>
#include <string>

namespace tocsin {

/// An admin's password as scrypt (RFC 7914) makes it unreadable.
struct password_hash {
  /// The admin's name.
  std::string admin;
  /// 16 random bytes.
  std::string salt;
  /// scrypt's parameters: cost (a power of two), block size, parallelisation.
  uint64_t n = 0;
  uint32_t r = 0;
  uint32_t p = 0;
  /// 32 bytes.
  std::string hash;
  timestamp changed_at{};

  friend bool operator==(const password_hash&, const password_hash&) = default;
};

/// How long a session may stay unused, and how long it may last at all.
inline constexpr std::chrono::minutes session_idle_limit{60};
inline constexpr std::chrono::hours session_age_limit{12};

/// Somebody who signed in. Only the digest of the cookie is kept.
struct session {
  sha256_digest digest{};
  /// The admin, or the customer whose portal it is.
  recipient_id who;
  timestamp created_at{};
  /// Within a minute.
  timestamp last_used_at{};
  /// The absolute end.
  timestamp expires_at{};

  bool is_expired(timestamp now) const {
    return expires_at <= now || last_used_at + session_idle_limit <= now;
  }

  friend bool operator==(const session&, const session&) = default;
};

/// How long a link into the portal can be used.
inline constexpr std::chrono::minutes portal_link_lifetime{5};

/// A link into the portal of one customer, good for one use. Only the digest of its code is kept.
struct portal_link {
  sha256_digest digest{};
  /// The customer's name.
  std::string customer;
  timestamp created_at{};
  timestamp expires_at{};

  friend bool operator==(const portal_link&, const portal_link&) = default;
};

} // namespace tocsin
