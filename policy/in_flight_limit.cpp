#include "policy/in_flight_limit.hpp"

#include <algorithm>

namespace tocsin::policy {

in_flight_limit::in_flight_limit(uint32_t most)
  : most_(std::max(most, 1u)), value_(std::min(first, most_)), steep_below_(most_) {}

void in_flight_limit::succeeded(bool used_up) {
  if (value_ >= most_ || !used_up)
    return;
  if (value_ >= steep_below_ && ++successes_ < value_)
    return;
  ++value_;
  successes_ = 0;
}

void in_flight_limit::timed_out(steady_time began, steady_time now) {
  if (began < halved_at_)
    return;
  halved_at_ = now;
  value_ = std::max(value_ / 2, 1u);
  steep_below_ = value_;
  successes_ = 0;
}

} // namespace tocsin::policy
