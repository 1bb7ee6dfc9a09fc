#pragma once

#include "app/bench/histogram.hpp"
#include "app/bench/schedule.hpp"

#include <cstdint>
#include <vector>

namespace tocsin::bench {

/// What happened to the events, in numbers.
struct event_counts {
  uint64_t offered = 0;
  uint64_t accepted = 0;
  /// Answered, but not accepted.
  uint64_t refused = 0;
  /// Never answered: they may arrive or not.
  uint64_t unanswered = 0;
  /// Accepted, and arrived as often as it should.
  uint64_t delivered = 0;
  /// How often one that was accepted did not arrive: a broken promise.
  uint64_t missing = 0;
  /// Arrivals beyond that.
  uint64_t duplicates = 0;
  /// Arrived, but refused or never offered.
  uint64_t unexpected = 0;
  /// Arrivals that carry no event of this run.
  uint64_t foreign = 0;
};

struct event_latencies {
  /// From offering to the receipt, in nanoseconds.
  histogram accept;
  /// From the receipt to the arrival at the sink; 0 where the arrival came first.
  histogram delivery;
  /// From offering to the arrival.
  histogram total;
};

/// What was accepted and had not arrived when the service died, and how it came afterwards.
struct owed_figures {
  uint64_t events = 0;
  /// How many of them have not arrived yet.
  uint64_t left = 0;
  /// When the first and the last of those that have did.
  run_time first_arrived_at{};
  run_time last_arrived_at{};
};

/// Keeps what happened to every event by its number. Not thread-safe.
class event_book {
public:
  /// Each event is to arrive `copies` times.
  explicit event_book(uint32_t copies = 1) : copies_(copies) {}

  void offer(const ticket& x);
  void accept(const ticket& x, run_time at);
  void refuse(const ticket& x);
  void arrive(uint64_t number, run_time at);
  void arrive_foreign() { ++foreign_; }

  /// From now on `owed` tells of what is accepted and has not arrived.
  void note_owed();
  const owed_figures& owed() const { return owed_; }

  uint64_t accepted() const { return accepted_; }

  /// Whether every accepted event has arrived.
  bool is_complete() const { return accepted_not_arrived_ == 0; }

  /// When the last event was accepted and when the last one arrived.
  run_time last_accepted_at() const { return last_accepted_at_; }
  run_time last_arrived_at() const { return last_arrived_at_; }

  event_counts counts() const;
  event_latencies latencies() const;

private:
  enum class answer : uint8_t { none, accepted, refused };

  struct entry {
    run_time offered_at{};
    run_time accepted_at{};
    /// When the last of its copies arrived.
    run_time arrived_at{};
    answer answered = answer::none;
    bool is_owed = false;
    uint32_t arrivals = 0;
  };

  uint32_t copies_;
  std::vector<entry> entries_;
  uint64_t accepted_ = 0;
  uint64_t accepted_not_arrived_ = 0;
  owed_figures owed_;
  uint64_t never_offered_ = 0;
  uint64_t foreign_ = 0;
  run_time last_accepted_at_{};
  run_time last_arrived_at_{};
};

} // namespace tocsin::bench
