#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin {

/// An instant in UTC with millisecond steps. Everything stored or compared uses it.
using timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Where the time comes from; tests bring their own.
using wall_clock = std::function<timestamp()>;

/// The machine's clock.
wall_clock system_wall_clock();

/// RFC 3339 in UTC with a `Z`, milliseconds only where there are any: `2026-03-29T14:30:00Z`.
std::string to_rfc3339(timestamp x);

/// Reads an RFC 3339 date-time of any offset; nothing if `text` is not one.
std::optional<timestamp> parse_rfc3339(std::string_view text);

inline int64_t to_unix_ms(timestamp x) {
  return x.time_since_epoch().count();
}

inline timestamp from_unix_ms(int64_t ms) {
  return timestamp{std::chrono::milliseconds{ms}};
}

} // namespace tocsin
