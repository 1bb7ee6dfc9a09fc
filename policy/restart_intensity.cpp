#include "policy/restart_intensity.hpp"

#include <algorithm>

namespace tocsin::policy {

std::optional<std::chrono::milliseconds> restart_intensity::crashed(steady_time now) {
  while (!crashes_.empty() && now - crashes_.front() > limits_.within)
    crashes_.pop_front();
  crashes_.push_back(now);
  if (crashes_.size() > limits_.most)
    return std::nullopt;
  auto delay = limits_.first_delay;
  for (size_t i = 1; i < crashes_.size() && delay < limits_.longest_delay; ++i)
    delay *= 2;
  return std::min(delay, limits_.longest_delay);
}

} // namespace tocsin::policy
