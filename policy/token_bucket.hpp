#pragma once

#include "messages/timestamp.hpp"

#include <chrono>

namespace tocsin::policy {

/// Paces sends: `burst` at once, `per_second` over time. Not thread-safe.
class token_bucket {
public:
  /// A `per_second` of zero or less sets no limit.
  token_bucket(double per_second, double burst);

  /// Takes a token if there is one at `now`.
  bool take(timestamp now);

  /// How long after `now` the next token comes; zero if there is one.
  std::chrono::milliseconds wait(timestamp now);

private:
  void refill(timestamp now);

  double per_second_;
  double burst_;
  double tokens_;
  timestamp filled_at_{};
};

} // namespace tocsin::policy
