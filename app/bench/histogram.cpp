#include "app/bench/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tocsin::bench {

namespace {

/// 2^7 buckets per power of two: a bucket is at most 1/128 of its values wide.
constexpr unsigned precision_bits = 7;
constexpr uint64_t per_power = uint64_t{1} << precision_bits;

/// Values below 2 * per_power have a bucket each.
size_t bucket_of(uint64_t value) {
  if (value < per_power)
    return value;
  auto shift = static_cast<unsigned>(std::bit_width(value)) - precision_bits - 1;
  return shift * per_power + (value >> shift);
}

uint64_t last_value_of(size_t bucket) {
  if (bucket < 2 * per_power)
    return bucket;
  auto shift = bucket / per_power - 1;
  auto mantissa = bucket - shift * per_power;
  return ((mantissa + 1) << shift) - 1;
}

} // namespace

void histogram::record(uint64_t value) {
  auto bucket = bucket_of(value);
  if (bucket >= buckets_.size())
    buckets_.resize(bucket + 1);
  ++buckets_[bucket];
  ++count_;
  max_ = std::max(max_, value);
}

uint64_t histogram::percentile(double percent) const {
  // The small term keeps a product such as 19980.000000000004 from becoming the next rank.
  auto rank
    = static_cast<uint64_t>(std::ceil(percent / 100.0 * static_cast<double>(count_) - 1e-6));
  rank = std::clamp<uint64_t>(rank, 1, std::max<uint64_t>(count_, 1));
  uint64_t seen = 0;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen >= rank)
      return std::min(last_value_of(i), max_);
  }
  return 0;
}

} // namespace tocsin::bench
