#pragma once

#include "messages/steady_time.hpp"

#include <chrono>

namespace tocsin::policy {

/// Paces sends: `burst` at once, `per_second` over time. Not thread-safe.
class token_bucket {
public:
  /// A `per_second` of zero or less sets no limit.
  token_bucket(double per_second, double burst);

  /// Takes a token if there is one at `now`.
  bool take(steady_time now);

  /// How long after `now` the next token comes; zero if there is one.
  std::chrono::milliseconds wait(steady_time now);

private:
  void refill(steady_time now);

  double per_second_;
  double burst_;
  double tokens_;
  steady_time filled_at_{};
};

} // namespace tocsin::policy
