#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace tocsin::bench {

/// Time since the run began.
using run_time = std::chrono::nanoseconds;

struct schedule_options {
  /// Ends after this many events; 0 for no such end.
  uint64_t events = 0;
  /// Ends after this much time; 0 for no such end.
  run_time duration{};
  /// Events per second, offered whether or not earlier ones were answered; 0: as fast as they are.
  double rate = 0;
  /// Events per request, 1 to 1,000.
  uint64_t batch = 1;
};

/// One request to send.
struct ticket {
  uint64_t first = 0;
  uint64_t events = 0;
  /// When it was due. Latency counts from here, so that a server which makes its senders wait does
  /// not look better for it.
  run_time offered_at{};
};

/// Says which events are offered when. Knows no clock: the time comes in with every call.
class schedule {
public:
  explicit schedule(const schedule_options& options) : options_(options) {}

  /// The next request, where one is due at `now`.
  std::optional<ticket> take(run_time now);

  /// When the next request is due; nothing if `is_over` at `now`. Zero without a rate.
  std::optional<run_time> next_due(run_time now) const;

  /// Whether nothing is offered any more.
  bool is_over(run_time now) const { return !next_due(now); }

  /// Offers nothing more.
  void stop() { stopped_ = true; }

  /// How many events were taken until now.
  uint64_t offered() const { return offered_; }

private:
  schedule_options options_;
  uint64_t offered_ = 0;
  bool stopped_ = false;
};

} // namespace tocsin::bench
