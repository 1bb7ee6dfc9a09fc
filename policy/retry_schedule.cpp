#include "policy/retry_schedule.hpp"

#include <algorithm>

namespace tocsin::policy {

namespace {

constexpr double largest_jitter = 0.2;

} // namespace

std::chrono::milliseconds retry_delay(const retry_schedule& schedule, uint16_t attempts) {
  auto delay = schedule.first;
  for (uint16_t i = 1; i < attempts && delay < schedule.longest; ++i)
    delay *= 3;
  return std::min(delay, schedule.longest);
}

next_step decide(const outcome& result, const retry_schedule& schedule, uint16_t attempts,
                 timestamp created_at, timestamp now, double jitter) {
  auto after = [&](std::chrono::milliseconds delay, bool counts) -> next_step {
    auto stretch = 1.0 + largest_jitter * std::clamp(jitter, 0.0, 1.0);
    auto due = now + std::chrono::ceil<std::chrono::milliseconds>(delay * stretch);
    // The last try is not left out because the back-off would overshoot the end.
    auto end = created_at + schedule.give_up_after;
    if (now >= end)
      return {delivery_state::dead_letter, {}, counts};
    return {delivery_state::scheduled, counts ? std::min(due, std::max(end, now)) : due, counts};
  };
  switch (result.kind) {
  case outcome_class::delivered: return {delivery_state::delivered, {}, true};
  case outcome_class::rejected:
  case outcome_class::dead_endpoint: return {delivery_state::dead_letter, {}, true};
  case outcome_class::throttled: return after(result.wait.value_or(std::chrono::seconds{1}), false);
  case outcome_class::retry:
  case outcome_class::ambiguous: {
    auto delay = retry_delay(schedule, attempts);
    if (result.wait)
      delay = std::max<std::chrono::milliseconds>(delay, *result.wait);
    return after(delay, true);
  }
  }
  return {delivery_state::dead_letter, {}, true};
}

} // namespace tocsin::policy
