#pragma once

#include "messages/steady_time.hpp"

#include <atomic>

namespace tocsin {

/// Until when a provider asked a channel to send nothing. It outlives the channel's actor, so that
/// neither a crash nor a change of the configuration breaks into the pause. Thread-safe.
class provider_pause {
public:
  steady_time until() const { return until_.load(std::memory_order_relaxed); }

  /// Makes the pause last until `x`, unless it lasts longer already.
  void extend(steady_time x) {
    auto known = until();
    while (known < x && !until_.compare_exchange_weak(known, x, std::memory_order_relaxed)) {
    }
  }

private:
  std::atomic<steady_time> until_{};
};

} // namespace tocsin
