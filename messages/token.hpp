#pragma once

#include "messages/ids.hpp"
#include "messages/timestamp.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace tocsin {

using sha256_digest = std::array<uint8_t, 32>;

/// What a token may do; a set of bits.
enum class token_scope : uint8_t {
  events_write = 1,
  read = 2,
  write = 4,
  stats = 8,
};

/// A key to the API. Only the digest of its text is kept.
struct token {
  token_id id;
  /// For people.
  std::string name;
  sha256_digest digest{};
  /// Bits of `token_scope`.
  uint8_t scopes = 0;
  timestamp created_at{};

  bool allows(token_scope scope) const { return (scopes & static_cast<uint8_t>(scope)) != 0; }
};

} // namespace tocsin
