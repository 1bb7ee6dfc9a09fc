#pragma once

#include "messages/digest.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

/// What a token may do; a set of bits.
enum class token_scope : uint8_t {
  events_write = 1,
  read = 2,
  write = 4,
  stats = 8,
  /// Shows what `read` alone masks: what events say, and where deliveries go.
  read_sensitive = 16,
};

inline constexpr std::array all_token_scopes{token_scope::events_write, token_scope::read,
                                             token_scope::write, token_scope::read_sensitive,
                                             token_scope::stats};

/// All bits of `token_scope`.
inline constexpr uint8_t every_scope = 0x1f;

/// `events:write`, `read`, `write`, `read:sensitive` or `stats`.
std::string_view to_string(token_scope x);
std::optional<token_scope> parse_token_scope(std::string_view text);

/// The names of the bits in `scopes`.
std::vector<std::string> scope_names(uint8_t scopes);

/// A key to the API. Only the digest of its text is kept.
struct token {
  token_id id;
  /// For people, 1 to 100 bytes.
  std::string name;
  sha256_digest digest{};
  /// Bits of `token_scope`.
  uint8_t scopes = 0;
  timestamp created_at{};
  /// From then on it is not good any more.
  std::optional<timestamp> expires_at = std::nullopt;
  /// Within some minutes; nothing where it was never used.
  std::optional<timestamp> last_used_at = std::nullopt;

  bool allows(token_scope scope) const { return (scopes & static_cast<uint8_t>(scope)) != 0; }

  bool is_expired(timestamp now) const { return expires_at && *expires_at <= now; }
};

} // namespace tocsin
