#pragma once

#include "messages/protocol/stats.hpp"
#include "messages/timestamp.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

namespace tocsin {

/// How much of the storage was in use over the last day, a sample a minute. Starts over with the
/// process, and when the clock is set back. Thread-safe.
class growth_series {
public:
  /// Notes that `bytes` are in use at `now`.
  void add(timestamp now, uint64_t bytes);

  /// How much more is in use than `span` before the last note, or than at the first one if that was
  /// later; nothing before a minute is known.
  std::optional<growth_stats> over(std::chrono::hours span) const;

private:
  struct sample {
    timestamp at{};
    uint64_t bytes = 0;
  };

  mutable std::mutex mutex_;
  /// At least a minute apart, from the oldest on.
  std::deque<sample> samples_;
  sample last_;
};

} // namespace tocsin
