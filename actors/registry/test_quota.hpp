#pragma once

#include "messages/failure.hpp"
#include "messages/recipient.hpp"
#include "messages/steady_time.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>

namespace tocsin {

/// How many Send Tests may be under way, and how many one owner may begin: they share the transport
/// and the service's name with providers with everybody's deliveries. Not thread-safe.
class test_quota {
public:
  /// Each may wait for an endpoint as long as the transport lets it.
  static constexpr size_t max_running_per_owner = 4;
  static constexpr size_t max_running = 64;

  /// The tests that one owner may begin within `window`.
  static constexpr size_t max_begun_per_owner = 30;
  static constexpr std::chrono::minutes window{1};

  /// Counts a test of a channel of `owner`, which `end` has to follow.
  /// Errors: overloaded, where it must not begin now; the detail says when it may.
  expected<void> begin(const recipient_id& owner, steady_time now);

  /// A test of `owner` is over, whatever came of it.
  void end(const recipient_id& owner);

private:
  struct account {
    size_t running = 0;
    /// When the tests of the last `window` began, the earliest first.
    std::deque<steady_time> begun;
  };

  void forget_idle(steady_time now);

  size_t running_ = 0;
  std::map<recipient_id, account> accounts_;
  steady_time swept_at_{};
};

} // namespace tocsin
