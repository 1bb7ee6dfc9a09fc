#pragma once

#include "messages/timestamp.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace tocsin::channels {

/// The longest pause a provider may ask for; the shortest is a second.
inline constexpr std::chrono::seconds max_pause{3600};

/// How long to wait for a provider that throttles and does not say how long.
inline constexpr std::chrono::seconds unnamed_pause{30};

/// Reads `Retry-After` (RFC 9110 §10.2.3): whole seconds, seconds with a fraction (rounded up) or
/// an HTTP date, of which `now` is taken. Clamped from 1 s to `max_pause`; nothing if `text` is
/// none of these.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, timestamp now);

/// The pause of this many seconds, rounded up and clamped likewise; nothing if it is not a number.
std::optional<std::chrono::seconds> clamp_pause(double seconds);

} // namespace tocsin::channels
