#include "policy/retry_schedule.hpp"

#include <algorithm>

namespace tocsin::policy {

namespace {

using milliseconds = std::chrono::duration<double, std::milli>;

constexpr double largest_jitter = 0.2;

/// A pause that a provider asks for may be an hour: beyond it this much is enough to keep what
/// waits for its end from coming at one instant.
constexpr milliseconds largest_jitter_of_pauses = std::chrono::seconds{10};

/// `delay` after `now`, and later by up to `most`.
timestamp later(timestamp now, std::chrono::milliseconds delay, milliseconds most, double jitter) {
  return now
         + std::chrono::ceil<std::chrono::milliseconds>(delay
                                                        + most * std::clamp(jitter, 0.0, 1.0));
}

timestamp after_back_off(timestamp now, std::chrono::milliseconds delay, double jitter) {
  return later(now, delay, delay * largest_jitter, jitter);
}

timestamp after_pause(timestamp now, std::chrono::milliseconds asked, double jitter) {
  milliseconds most = asked * largest_jitter;
  return later(now, asked, std::min(most, largest_jitter_of_pauses), jitter);
}

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
  using enum delivery_state;
  auto end = owed_since + schedule.give_up_after;
  switch (result.kind) {
  case outcome_class::delivered: return {delivered};
  case outcome_class::rejected: return {dead_letter};
  case outcome_class::dead_endpoint:
    return {.state = scheduled, .due_at = now, .disables_channel = true};
  case outcome_class::throttled: {
    if (now >= end)
      return {.state = dead_letter, .counts = false};
    std::chrono::milliseconds asked = result.wait.value_or(std::chrono::seconds{1});
    auto due = after_pause(now, asked, jitter);
    // Who asks for a second each time is not asked each second.
    auto delay = throttle_delay(schedule, asked, made.throttled);
    if (delay > asked)
      due = std::max(due, std::min(after_back_off(now, delay, jitter), end));
    return {.state = scheduled, .due_at = due, .counts = false};
  }
  case outcome_class::ambiguous:
    if (schedule.on_ambiguous == ambiguous_policy::dead_letter)
      return {dead_letter};
    [[fallthrough]];
  case outcome_class::retry: {
    if (now >= end)
      return {dead_letter};
    auto delay = retry_delay(schedule, made.counted);
    auto due = result.wait && *result.wait > delay ? after_pause(now, *result.wait, jitter)
                                                   : after_back_off(now, delay, jitter);
    // The last try is not left out because it would come after the end.
    return {scheduled, std::min(due, end)};
  }
  }
  return {dead_letter};
}

bool is_expired(const retry_schedule& schedule, timestamp owed_since, timestamp now) {
  constexpr auto grace = 10;
  return now - owed_since > schedule.give_up_after + schedule.give_up_after / grace;
}

} // namespace tocsin::policy
