#include "app/bench/schedule.hpp"

#include <algorithm>

namespace tocsin::bench {

std::optional<ticket> schedule::take(run_time now) {
  auto due = next_due(now);
  if (!due || *due > now)
    return std::nullopt;
  auto count = options_.batch;
  if (options_.events > 0)
    count = std::min(count, options_.events - offered_);
  ticket result{offered_, count, options_.rate > 0 ? *due : now};
  offered_ += count;
  return result;
}

std::optional<run_time> schedule::next_due(run_time now) const {
  if (stopped_ || (options_.events > 0 && offered_ >= options_.events))
    return std::nullopt;
  run_time due{};
  if (options_.rate > 0) {
    std::chrono::duration<double> seconds{static_cast<double>(offered_) / options_.rate};
    due = std::chrono::duration_cast<run_time>(seconds);
  }
  // With a rate, what was due within the time is offered even if the connections are late.
  auto reached = options_.rate > 0 ? due : now;
  if (options_.duration.count() > 0 && reached >= options_.duration)
    return std::nullopt;
  return due;
}

} // namespace tocsin::bench
