#pragma once

#include "messages/author.hpp"
#include "messages/timestamp.hpp"

#include <chrono>
#include <string>

namespace tocsin {

/// An operator's pause: until its end no attempt starts on any channel, and nothing is lost by it.
struct delivery_pause {
  /// When somebody asked for it, or last changed it.
  timestamp since{};
  timestamp until{};
  /// In the operator's words, up to 500 bytes; may be empty.
  std::string reason;
  /// Who asked for it. Only kind, id and name are kept.
  author by;

  /// Whether it is in force at `now`.
  bool holds(timestamp now) const { return now < until; }
};

/// A pause may end this long after it was asked for, at most.
inline constexpr std::chrono::hours longest_pause{7 * 24};

/// An operator's reason is at most this long.
inline constexpr size_t max_reason_bytes = 500;

} // namespace tocsin
