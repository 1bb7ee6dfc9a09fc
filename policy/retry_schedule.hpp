#pragma once

#include "messages/channel.hpp"
#include "messages/delivery.hpp"
#include "messages/timestamp.hpp"

#include <chrono>
#include <cstdint>

namespace tocsin::policy {

/// When to try a delivery again. The defaults are those of the design: soon after the first
/// failure, at least four times a day later, and not beyond three days.
struct retry_schedule {
  std::chrono::milliseconds first = std::chrono::seconds{5};
  std::chrono::milliseconds longest = std::chrono::hours{6};
  std::chrono::milliseconds give_up_after = std::chrono::hours{72};
  ambiguous_policy on_ambiguous = ambiguous_policy::retry;
};

/// The schedule of a channel: its own policy, where it says nothing that of the service. A customer
/// makes its own channels, and what it asks for costs the service: its pauses are no shorter and
/// its deliveries are kept no longer than the service's.
retry_schedule schedule_of(const channel& x, const retry_schedule& service);

/// Where an attempt brings its delivery.
struct next_step {
  delivery_state state = delivery_state::delivered;
  /// When to try again; only while `state` is scheduled.
  timestamp due_at{};
  /// Whether the attempt uses up one of the delivery's tries.
  bool counts = true;
  /// Whether the endpoint is dead: the delivery is due at once and waits until somebody has fixed
  /// its channel, which is to be disabled.
  bool disables_channel = false;
};

/// The delay before the try that follows `attempts` counted ones (1 or more): `first` times three
/// for each further one, at most `longest`.
std::chrono::milliseconds retry_delay(const retry_schedule& schedule, uint16_t attempts);

/// The delay after a throttled attempt that asks for a pause of `asked`, the last of `in_a_row`
/// (0 or 1 are the same): that pause, and from the second one in a row on no less than a retry's.
std::chrono::milliseconds throttle_delay(const retry_schedule& schedule,
                                         std::chrono::milliseconds asked, uint16_t in_a_row);

/// What came before an attempt that is decided upon, itself included.
struct tries {
  /// Of its delivery: the number this attempt has or would have among those that count.
  uint16_t counted = 1;
  /// Of its channel: how often in a row it was throttled.
  uint16_t throttled = 0;
};

/// Decides what follows an attempt that ended at `now`.
/// `owed_since` is when the delivery was accepted or last sent again by hand; `jitter` (0 to 1)
/// lengthens the delay by up to a fifth and never shortens it.
/// What is throttled costs no try. A pause that a provider asks for is kept, and is lengthened by
/// 10 s at most; where a channel is throttled in a row, `throttle_delay` makes it longer. What
/// follows an ambiguous outcome is for the schedule to say.
next_step decide(const outcome& result, const retry_schedule& schedule, tries made,
                 timestamp owed_since, timestamp now, double jitter);

/// Whether a delivery that comes up at `now` is too old to be sent at all, as after a channel was
/// disabled for days: it becomes a dead letter with the code `expired`. The last try is due at the
/// very end of the schedule and may queue up then, hence a tenth of its length of grace.
bool is_expired(const retry_schedule& schedule, timestamp owed_since, timestamp now);

} // namespace tocsin::policy
