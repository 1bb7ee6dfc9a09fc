#include "policy/retry_schedule.hpp"

#include <algorithm>

namespace tocsin::policy {

namespace {

constexpr double largest_jitter = 0.2;

/// A pause that a provider asks for may be an hour: beyond it so much is enough to keep what waits
/// for its end from coming at one instant.
constexpr std::chrono::milliseconds largest_jitter_of_pauses = std::chrono::seconds{10};

} // namespace

retry_schedule schedule_of(const channel& x, const retry_schedule& service) {
  auto& own = x.delivery;
  retry_schedule result{own.first_retry.value_or(service.first),
                        own.max_retry.value_or(service.longest),
                        own.give_up.value_or(service.give_up_after), own.on_ambiguous};
  if (x.owner.kind == recipient_kind::customer) {
    result.first = std::max(result.first, service.first);
    result.longest = std::max(result.longest, service.longest);
    result.give_up_after = std::min(result.give_up_after, service.give_up_after);
  }
  return result;
}

std::chrono::milliseconds retry_delay(const retry_schedule& schedule, uint16_t attempts) {
  auto delay = schedule.first;
  for (uint16_t i = 1; i < attempts && delay < schedule.longest; ++i)
    delay *= 3;
  return std::min(delay, schedule.longest);
}

std::chrono::milliseconds throttle_delay(const retry_schedule& schedule,
                                         std::chrono::milliseconds asked, uint16_t in_a_row) {
  if (in_a_row <= 1)
    return asked;
  return std::max(asked, retry_delay(schedule, in_a_row - 1));
}

next_step decide(const outcome& result, const retry_schedule& schedule, tries made,
                 timestamp owed_since, timestamp now, double jitter) {
  auto after = [&](std::chrono::milliseconds delay, bool is_asked_for, bool counts) -> next_step {
    std::chrono::duration<double, std::milli> most = delay * largest_jitter;
    if (is_asked_for && most > largest_jitter_of_pauses)
      most = largest_jitter_of_pauses;
    auto late = most * std::clamp(jitter, 0.0, 1.0);
    auto due = now + std::chrono::ceil<std::chrono::milliseconds>(delay + late);
    // The last try is not left out because the back-off would overshoot the end.
    auto end = owed_since + schedule.give_up_after;
    if (now >= end)
      return {delivery_state::dead_letter, {}, counts};
    return {delivery_state::scheduled, counts ? std::min(due, std::max(end, now)) : due, counts};
  };
  switch (result.kind) {
  case outcome_class::delivered: return {delivery_state::delivered, {}, true};
  case outcome_class::rejected: return {delivery_state::dead_letter, {}, true};
  case outcome_class::dead_endpoint: return {delivery_state::scheduled, now, true, true};
  case outcome_class::throttled: {
    std::chrono::milliseconds asked = result.wait.value_or(std::chrono::seconds{1});
    auto step = after(asked, true, false);
    // Who asks for a second each time is not asked each second.
    auto delay = throttle_delay(schedule, asked, made.throttled);
    if (delay > asked)
      step.due_at = std::max(step.due_at, after(delay, false, true).due_at);
    return step;
  }
  case outcome_class::ambiguous:
    if (schedule.on_ambiguous == ambiguous_policy::dead_letter)
      return {delivery_state::dead_letter, {}, true};
    [[fallthrough]];
  case outcome_class::retry: {
    auto delay = retry_delay(schedule, made.counted);
    if (result.wait && *result.wait > delay)
      return after(*result.wait, true, true);
    return after(delay, false, true);
  }
  }
  return {delivery_state::dead_letter, {}, true};
}

bool is_expired(const retry_schedule& schedule, timestamp owed_since, timestamp now) {
  constexpr auto grace = 10;
  return now - owed_since > schedule.give_up_after + schedule.give_up_after / grace;
}

} // namespace tocsin::policy
