#pragma once

#include "http/digest_hash.hpp"
#include "messages/steady_time.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace tocsin::http {

/// The state of a limit for one caller.
struct rate_standing {
  bool may_go_on = true;
  /// How many are allowed at once, and how many of them are left.
  uint64_t limit = 0;
  uint64_t left = 0;
  /// Until all of them are available again, rounded up.
  std::chrono::seconds reset{};
  /// Until the next one is available, rounded up.
  std::chrono::seconds retry_after{};
};

/// Limits how often each caller may ask: a rate per second, with bursts of twice as many. The table
/// has a fixed size; beyond it, the callers with the most left are forgotten, which loses the
/// least. Thread-safe.
class rate_limits {
public:
  /// A `per_second` of zero sets no limit.
  explicit rate_limits(double per_second, monotonic_clock now = system_monotonic_clock(),
                       size_t max_callers = 4096)
    : per_second_(per_second), now_(std::move(now)), max_callers_(max_callers) {}

  /// Counts a request of the caller with this digest. Nothing where no limit is set.
  std::optional<rate_standing> take(const sha256_digest& who);

private:
  /// Seconds since the epoch of the clock.
  using instant = double;

  void make_room(instant now);

  double per_second_;
  monotonic_clock now_;
  size_t max_callers_;
  std::mutex mutex_;
  /// When each caller will have all of it left again.
  std::unordered_map<sha256_digest, instant, digest_hash> full_at_;
};

/// The limits of the API, shared by all I/O threads.
struct caller_limits {
  caller_limits(double submissions_per_second, double requests_per_second)
    : submissions(submissions_per_second), requests(requests_per_second) {}

  /// Of requests that send events; how many events there may be is up to `admission`.
  rate_limits submissions;
  /// Of all others.
  rate_limits requests;
};

} // namespace tocsin::http
