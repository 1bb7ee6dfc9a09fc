#pragma once

#include "messages/steady_time.hpp"

#include <cstdint>

namespace tocsin::policy {

/// How many requests a channel may have under way: few at first, so that an endpoint that hangs
/// holds few connections; one more for each delivery while it makes use of all, and half as many
/// after a timeout (as TCP shares a line, RFC 5681 §3.1). Not thread-safe.
class in_flight_limit {
public:
  /// A channel starts with this many.
  static constexpr uint32_t first = 4;

  explicit in_flight_limit(uint32_t most);

  uint32_t value() const { return value_; }

  /// A request was answered well; `used_up` says whether there were as many under way as the limit
  /// allows. After a timeout the limit grows slowly again: by one for as many successes as it
  /// allows requests.
  void succeeded(bool used_up);

  /// A request that began at `began` timed out. What began before the last halving, as a burst of
  /// requests that hang together, does not halve it again.
  void timed_out(steady_time began, steady_time now);

private:
  uint32_t most_;
  uint32_t value_;
  /// Below it the limit grows with every success.
  uint32_t steep_below_;
  uint32_t successes_ = 0;
  steady_time halved_at_{};
};

} // namespace tocsin::policy
