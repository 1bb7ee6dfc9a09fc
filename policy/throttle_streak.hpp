#pragma once

#include "messages/steady_time.hpp"
#include "policy/retry_schedule.hpp"

#include <chrono>
#include <cstdint>

namespace tocsin::policy {

/// Counts how often in a row an endpoint throttles without letting anything through. A reply to a
/// request that began before the last pause was over says nothing new: however many requests are
/// under way or queue up, the streak grows once per pause.
class throttle_streak {
public:
  /// Ends the streak: there was a reply of another kind.
  void end() { *this = {}; }

  /// Notes a throttled reply at `now`, to a request that began at `began`, which asked for a pause
  /// of `asked`.
  void add(steady_time began, steady_time now, std::chrono::milliseconds asked,
           const retry_schedule& schedule) {
    if (began < over_at_)
      return;
    if (length_ < UINT16_MAX)
      ++length_;
    over_at_ = now + throttle_delay(schedule, asked, length_);
  }

  uint16_t length() const { return length_; }

private:
  uint16_t length_ = 0;
  /// When the pause that the last one brought is over.
  steady_time over_at_{};
};

} // namespace tocsin::policy
