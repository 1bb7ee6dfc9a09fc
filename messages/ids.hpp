#pragma once

#include "messages/timestamp.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

/// A 128-bit time-ordered identifier (ULID): 48 bits of Unix milliseconds, then 80 random bits
/// that count up within one millisecond, big-endian, so byte order is time order.
struct ulid {
  std::array<uint8_t, 16> bytes{};

  /// Milliseconds since the Unix epoch at which the identifier was made.
  uint64_t unix_ms() const;

  /// The identifier that follows this one by `n`; used to number the deliveries of an event.
  ulid plus(uint32_t n) const;

  friend auto operator<=>(const ulid&, const ulid&) = default;
};

/// The 26 characters of Crockford's base 32 that the ULID specification prescribes.
std::string to_string(const ulid& x);

/// Reads 26 characters of Crockford's base 32 (either case); nothing if they are not a ULID.
std::optional<ulid> parse_ulid(std::string_view text);

/// A `ulid` that cannot be taken for one of another kind.
template <class Tag>
struct basic_id : ulid {
  basic_id() = default;
  explicit basic_id(const ulid& x) : ulid(x) {}

  static std::optional<basic_id> parse(std::string_view text) {
    if (auto x = parse_ulid(text))
      return basic_id{*x};
    return std::nullopt;
  }

  friend auto operator<=>(const basic_id&, const basic_id&) = default;
};

using event_id = basic_id<struct event_tag>;
using delivery_id = basic_id<struct delivery_tag>;
using channel_id = basic_id<struct channel_tag>;
using token_id = basic_id<struct token_tag>;
using audit_id = basic_id<struct audit_tag>;

template <class Inspector, class Tag>
typename Inspector::result_type inspect(Inspector& f, basic_id<Tag>& x) {
  return f(x.bytes);
}

/// Hands out strictly rising identifiers. Not thread-safe: each owner has its own, seeded from
/// the system's random source.
class ulid_generator {
public:
  /// `seed` makes the random part repeatable in tests; 0 takes the system's random source.
  explicit ulid_generator(uint64_t seed = 0);

  /// Makes the next identifier for the instant `unix_ms` and reserves the `reserve` that follow
  /// it. A clock that steps back does not break the order: the last instant is kept then.
  ulid next(uint64_t unix_ms, uint32_t reserve = 0);

  /// The same for the instant `at`.
  ulid next(timestamp at, uint32_t reserve = 0);

private:
  uint64_t random();

  uint64_t state_;
  ulid last_;
};

} // namespace tocsin

template <class Tag>
struct std::hash<tocsin::basic_id<Tag>> {
  size_t operator()(const tocsin::basic_id<Tag>& x) const noexcept {
    // The last eight bytes are random, so they serve as a hash as they are.
    size_t result = 0;
    for (size_t i = 8; i < 16; ++i)
      result = result << 8 | x.bytes[i];
    return result;
  }
};
