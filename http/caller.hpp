#pragma once

#include "messages/author.hpp"
#include "messages/recipient.hpp"
#include "messages/session.hpp"
#include "messages/token.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tocsin::http {

/// Who makes a request: the holder of a token, or somebody who signed in.
struct caller {
  author_kind kind = author_kind::token;
  /// As in `author`.
  std::string id;
  std::string name;
  /// Bits of `token_scope`.
  uint8_t scopes = 0;
  /// The customer in the portal, who sees only its own objects; nothing for all others.
  std::optional<recipient_id> confined_to;
  /// The end of its session; nothing for a token.
  std::optional<timestamp> session_ends_at;
  /// Of the token or the session's cookie.
  sha256_digest digest{};

  bool allows(token_scope scope) const { return (scopes & static_cast<uint8_t>(scope)) != 0; }

  /// Whether it may grant all of `wanted` to others.
  bool allows_all(uint8_t wanted) const { return (scopes & wanted) == wanted; }
};

using caller_ptr = std::shared_ptr<const caller>;

inline caller_ptr make_caller(const token& x) {
  return std::make_shared<const caller>(caller{author_kind::token, to_string(x.id), x.name,
                                               x.scopes, std::nullopt, std::nullopt, x.digest});
}

/// What a customer may do in the portal with its own objects.
inline constexpr auto portal_scopes = static_cast<uint8_t>(
  static_cast<uint8_t>(token_scope::read) | static_cast<uint8_t>(token_scope::write)
  | static_cast<uint8_t>(token_scope::read_sensitive));

inline caller_ptr make_caller(const session& x) {
  caller result{author_kind::admin, x.who.name,   {},      every_scope,
                std::nullopt,       x.expires_at, x.digest};
  if (x.who.kind == recipient_kind::customer) {
    result.kind = author_kind::customer;
    result.scopes = portal_scopes;
    result.confined_to = x.who;
  }
  return std::make_shared<const caller>(std::move(result));
}

} // namespace tocsin::http
