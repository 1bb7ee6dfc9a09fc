#include "policy/circuit_breaker.hpp"

#include <algorithm>

namespace tocsin::policy {

std::string_view to_string(breaker_state x) {
  switch (x) {
  case breaker_state::closed: return "closed";
  case breaker_state::open: return "open";
  case breaker_state::half_open: return "half_open";
  }
  return "unknown";
}

std::chrono::milliseconds circuit_breaker::wait(steady_time now) const {
  if (state_ != breaker_state::open)
    return std::chrono::milliseconds{0};
  auto left = std::chrono::ceil<std::chrono::milliseconds>(opened_at_ + cool_down_ - now);
  return std::max(left, std::chrono::milliseconds{0});
}

void circuit_breaker::sent() {
  if (state_ == breaker_state::open)
    state_ = breaker_state::half_open;
}

void circuit_breaker::answered() {
  state_ = breaker_state::closed;
  failures_ = 0;
  cool_down_ = std::chrono::milliseconds{0};
}

void circuit_breaker::failed(steady_time began, steady_time now) {
  if (state_ == breaker_state::closed) {
    if (++failures_ >= limits_.failures)
      open(now);
  } else if (state_ == breaker_state::half_open && began >= opened_at_) {
    open(now);
  }
}

void circuit_breaker::open(steady_time now) {
  state_ = breaker_state::open;
  failures_ = 0;
  opened_at_ = now;
  cool_down_ = std::clamp(cool_down_ * 2, limits_.first_cool_down, limits_.longest_cool_down);
}

} // namespace tocsin::policy
