#pragma once

#include "messages/timestamp.hpp"

#include <chrono>
#include <cstdint>

namespace tocsin {

/// What happened to deliveries within a span of time.
struct delivery_counts {
  /// Deliveries that were accepted to be sent.
  uint64_t accepted = 0;
  /// Deliveries that were recorded and not sent.
  uint64_t suppressed = 0;
  /// Attempts that delivered.
  uint64_t delivered = 0;
  /// Attempts that failed, except throttled ones.
  uint64_t failed = 0;
  /// Attempts after which the delivery waits for another one.
  uint64_t retried = 0;
  /// Attempts that made a dead letter of the delivery.
  uint64_t dead_letters = 0;

  delivery_counts& operator+=(const delivery_counts& x) {
    accepted += x.accepted;
    suppressed += x.suppressed;
    delivered += x.delivered;
    failed += x.failed;
    retried += x.retried;
    dead_letters += x.dead_letters;
    return *this;
  }

  friend bool operator==(const delivery_counts&, const delivery_counts&) = default;
};

/// The counts of a span that begins at `at`.
struct counted_span {
  timestamp at{};
  delivery_counts counts;

  friend bool operator==(const counted_span&, const counted_span&) = default;
};

/// The span in which counts are stored, from full hour to full hour in UTC.
inline constexpr std::chrono::hours counted_hour{1};

} // namespace tocsin
