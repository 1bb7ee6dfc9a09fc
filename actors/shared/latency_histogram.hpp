#pragma once

#include "messages/protocol/metrics.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace tocsin {

class latency_histogram;

/// What several histograms counted, together. Not thread-safe.
class latency_sum {
public:
  void add(const latency_histogram& x);

  /// At some of the bounds, each 2.1 times as long as the one before.
  latency_metrics metrics() const;

private:
  static constexpr size_t bucket_count = 192;

  friend class latency_histogram;

  std::array<uint64_t, bucket_count> buckets_{};
  double seconds_ = 0;
};

/// Counts latencies in buckets that grow by about a tenth each, from 0.1 ms to over an hour.
/// Thread-safe; a reader may see a sample that is being added or not.
class latency_histogram {
public:
  void add(std::chrono::nanoseconds latency);

  /// The latency in milliseconds that `share` (0 to 1) of the samples do not exceed, to the
  /// width of a bucket; 0 while there are none.
  double percentile_ms(double share) const;

private:
  friend class latency_sum;

  std::array<std::atomic<uint64_t>, latency_sum::bucket_count> buckets_{};
  std::atomic<int64_t> nanoseconds_{0};
};

} // namespace tocsin
