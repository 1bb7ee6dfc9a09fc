#include "policy/replay.hpp"

#include <algorithm>
#include <chrono>

namespace tocsin::policy {

namespace {

constexpr std::chrono::milliseconds minute = std::chrono::minutes{1};

} // namespace

bool may_have_arrived(std::span<const attempt> attempts) {
  return std::any_of(attempts.begin(), attempts.end(), [](auto& x) {
    return x.result.kind == outcome_class::ambiguous || x.result.kind == outcome_class::delivered;
  });
}

timestamp replay_pace::next() {
  return from_ + minute * given_++ / per_minute_;
}

timestamp resumed_at(timestamp last, uint32_t per_minute, timestamp now) {
  // Rounded up, so that no minute holds more than it may.
  return std::max(now, last + (minute + std::chrono::milliseconds{per_minute - 1}) / per_minute);
}

} // namespace tocsin::policy
