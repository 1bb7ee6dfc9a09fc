#pragma once

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
};

/// Where an attempt brings its delivery.
struct next_step {
  delivery_state state = delivery_state::delivered;
  /// When to try again; only while `state` is scheduled.
  timestamp due_at{};
  /// Whether the attempt uses up one of the delivery's tries.
  bool counts = true;
};

/// The delay before the try that follows `attempts` counted ones (1 or more): `first` times three
/// for each further one, at most `longest`.
std::chrono::milliseconds retry_delay(const retry_schedule& schedule, uint16_t attempts);

/// Decides what follows an attempt that ended at `now`.
/// `attempts` counts the tries made and counted, this one included; `created_at` is when the
/// delivery was accepted; `jitter` (0 to 1) lengthens the delay by up to a fifth and never
/// shortens it.
/// A provider's pause is kept to the second and costs no try. Ambiguous outcomes are tried again.
next_step decide(const outcome& result, const retry_schedule& schedule, uint16_t attempts,
                 timestamp created_at, timestamp now, double jitter);

} // namespace tocsin::policy
