#include "policy/token_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace tocsin::policy {

token_bucket::token_bucket(double per_second, double burst)
  : per_second_(per_second), burst_(std::max(burst, 1.0)), tokens_(burst_) {}

bool token_bucket::take(steady_time now) {
  if (per_second_ <= 0)
    return true;
  refill(now);
  if (tokens_ < 1)
    return false;
  tokens_ -= 1;
  return true;
}

std::chrono::milliseconds token_bucket::wait(steady_time now) {
  if (per_second_ <= 0)
    return std::chrono::milliseconds{0};
  refill(now);
  auto missing = std::max(0.0, 1 - tokens_);
  return std::chrono::milliseconds{static_cast<int64_t>(std::ceil(missing / per_second_ * 1000))};
}

void token_bucket::refill(steady_time now) {
  auto elapsed = std::chrono::duration<double>(now - filled_at_).count();
  tokens_ = std::min(burst_, tokens_ + elapsed * per_second_);
  filled_at_ = now;
}

} // namespace tocsin::policy
