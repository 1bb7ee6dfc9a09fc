#include "http/rate_limits.hpp"

#include <algorithm>
#include <cmath>

namespace tocsin::http {

namespace {

/// The size of a burst, in seconds of the rate: a page that asks for a dozen lists, or a script
/// that works through some, is not slowed down.
constexpr double burst_seconds = 2;

/// Doubles of this size are exact to less than that, in seconds as in requests.
constexpr double tolerance = 1e-6;

std::chrono::seconds rounded_up(double seconds) {
  return std::chrono::seconds{static_cast<int64_t>(std::ceil(std::max(seconds - tolerance, 0.0)))};
}

} // namespace

std::optional<rate_standing> rate_limits::take(const sha256_digest& who) {
  if (per_second_ <= 0)
    return std::nullopt;
  std::lock_guard lock{mutex_};
  auto now = std::chrono::duration<instant>(now_().time_since_epoch()).count();
  auto known = full_at_.find(who);
  if (known == full_at_.end()) {
    if (full_at_.size() >= max_callers_)
      make_room(now);
    known = full_at_.emplace(who, now).first;
  }
  // Each request puts off the moment by its share, as long as that stays within the burst.
  auto& full_at = known->second;
  auto next = std::max(full_at, now) + 1 / per_second_;
  auto excess = next - now - std::max(burst_seconds, 1 / per_second_);
  rate_standing result;
  result.may_go_on = excess < tolerance;
  if (result.may_go_on)
    full_at = next;
  auto burst = std::max(burst_seconds * per_second_, 1.0);
  auto left = burst - (full_at - now) * per_second_;
  result.limit = static_cast<uint64_t>(burst);
  result.left = static_cast<uint64_t>(std::max(left + tolerance, 0.0));
  result.reset = rounded_up(full_at - now);
  result.retry_after = rounded_up(excess);
  return result;
}

/// Forgets whoever has all of it left, which changes nothing, or else who has most.
void rate_limits::make_room(instant now) {
  std::erase_if(full_at_, [now](auto& x) { return x.second <= now; });
  if (full_at_.size() >= max_callers_)
    full_at_.erase(std::min_element(full_at_.begin(), full_at_.end(),
                                    [](auto& a, auto& b) { return a.second < b.second; }));
}

} // namespace tocsin::http
