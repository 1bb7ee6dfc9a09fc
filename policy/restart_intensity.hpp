#pragma once

#include "messages/steady_time.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace tocsin::policy {

/// How often an actor may be restarted before its supervisor gives up on it. The numbers let a
/// fault that lasts a few seconds pass, and stop one that does not within half a minute.
struct restart_limits {
  uint32_t most = 5;
  std::chrono::milliseconds within = std::chrono::minutes{1};
  std::chrono::milliseconds first_delay = std::chrono::milliseconds{100};
  std::chrono::milliseconds longest_delay = std::chrono::seconds{10};
};

/// Remembers the crashes of one actor and decides when to start it again.
class restart_intensity {
public:
  explicit restart_intensity(restart_limits limits) : limits_(limits) {}

  /// Notes a crash at `now`. Returns how long to wait before the restart, twice as long for each
  /// crash within the span, or nothing if it has crashed too often.
  std::optional<std::chrono::milliseconds> crashed(steady_time now);

private:
  restart_limits limits_;
  std::deque<steady_time> crashes_;
};

} // namespace tocsin::policy
