#pragma once

#include <algorithm>
#include <chrono>

namespace tocsin::standin {

/// A token bucket over a clock the caller reads.
class token_bucket {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using seconds = std::chrono::duration<double>;

  /// A bucket that is full at `now`, holds `capacity` tokens and gains `per_second`.
  token_bucket(double capacity, double per_second, time_point now)
    : capacity_(capacity), per_second_(per_second), tokens_(capacity), filled_at_(now) {}

  /// True if there is a token at `now`.
  bool has_token(time_point now) {
    refill(now);
    return tokens_ >= 1.0;
  }

  /// Takes a token, which must be there.
  void take() { tokens_ -= 1.0; }

  /// How long after the last `has_token` the next token comes.
  seconds until_token() const { return seconds{std::max(0.0, (1.0 - tokens_) / per_second_)}; }

  /// How long after the last `has_token` the bucket is full.
  seconds until_full() const { return seconds{(capacity_ - tokens_) / per_second_}; }

  double tokens() const { return tokens_; }
  double capacity() const { return capacity_; }

private:
  void refill(time_point now) {
    tokens_ = std::min(capacity_, tokens_ + seconds{now - filled_at_}.count() * per_second_);
    filled_at_ = now;
  }

  double capacity_;
  double per_second_;
  double tokens_;
  time_point filled_at_;
};

} // namespace tocsin::standin
