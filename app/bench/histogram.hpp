#pragma once

#include <cstdint>
#include <vector>

namespace tocsin::bench {

/// Counts values in buckets whose width grows with the value, so that every value is known to
/// better than 1 % whatever its size: 128 buckets per power of two, the scheme of HdrHistogram.
/// Not thread-safe.
class histogram {
public:
  void record(uint64_t value);

  uint64_t count() const { return count_; }

  /// The largest value recorded, exactly; 0 if there is none.
  uint64_t max() const { return max_; }

  /// The value that the share `percent` (0 to 100) of all values does not exceed, rounded up to
  /// the end of its bucket but never above `max`; 0 if there is none.
  uint64_t percentile(double percent) const;

private:
  std::vector<uint64_t> buckets_;
  uint64_t count_ = 0;
  uint64_t max_ = 0;
};

} // namespace tocsin::bench
