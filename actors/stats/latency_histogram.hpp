#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace tocsin {

/// Counts latencies in buckets that grow by about a tenth each, from 0.1 ms to over an hour.
/// Thread-safe; a reader may see a sample that is being added or not.
class latency_histogram {
public:
  void add(std::chrono::nanoseconds latency);

  /// The latency in milliseconds that `share` (0 to 1) of the samples do not exceed, to the
  /// width of a bucket; 0 while there are none.
  double percentile_ms(double share) const;

private:
  static constexpr size_t bucket_count = 192;

  std::array<std::atomic<uint64_t>, bucket_count> buckets_{};
};

} // namespace tocsin
