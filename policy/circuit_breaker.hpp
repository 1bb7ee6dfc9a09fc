#pragma once

#include "messages/steady_time.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace tocsin::policy {

/// When a channel's endpoint counts as broken, and for how long it is left alone. Five failures in
/// a row are more than the requests a channel starts with, so that one bad moment does not open the
/// breaker. The first cool-down is as long as the pause before a first retry. The longest is what
/// an endpoint that works again may have to wait for its first request; a broken one costs a
/// request a minute by it.
struct breaker_limits {
  uint32_t failures = 5;
  std::chrono::milliseconds first_cool_down = std::chrono::seconds{5};
  std::chrono::milliseconds longest_cool_down = std::chrono::minutes{1};
};

enum class breaker_state : uint8_t {
  /// Requests go out.
  closed,
  /// The endpoint failed repeatedly: nothing is sent until the cool-down is over.
  open,
  /// One request is out to see whether the endpoint works again.
  half_open,
};

/// `closed`, `open` or `half_open`.
std::string_view to_string(breaker_state x);

/// Stops sending to an endpoint that fails again and again, and tries it with single requests after
/// cool-downs that double. Not thread-safe.
class circuit_breaker {
public:
  explicit circuit_breaker(breaker_limits limits = {}) : limits_(limits) {}

  breaker_state state() const { return state_; }

  /// How long after `now` the cool-down ends; zero when it is over, and where there is none.
  std::chrono::milliseconds wait(steady_time now) const;

  /// A request goes out. After a cool-down it is the probe.
  void sent();

  /// The endpoint gave an answer that shows that it works.
  void answered();

  /// A request that began at `began` failed by the endpoint's fault. What began before the breaker
  /// opened says nothing new.
  void failed(steady_time began, steady_time now);

private:
  void open(steady_time now);

  breaker_limits limits_;
  breaker_state state_ = breaker_state::closed;
  /// Failures in a row while closed.
  uint32_t failures_ = 0;
  /// The last cool-down; zero before the first.
  std::chrono::milliseconds cool_down_{0};
  steady_time opened_at_{};
};

} // namespace tocsin::policy
