#include "actors/shared/latency_histogram.hpp"

#include <algorithm>
#include <cmath>

namespace tocsin {

namespace {

constexpr double smallest_ms = 0.1;
constexpr double growth = 1.1;

/// The bounds that metrics show: from 1 ms to 91 s, which is longer than an attempt may take. Eight
/// buckets of a tenth each are a factor of 2.1.
constexpr size_t first_shown = 24;
constexpr size_t last_shown = 144;
constexpr size_t buckets_per_bound = 8;

double bound_ms(size_t bucket) {
  return smallest_ms * std::pow(growth, static_cast<double>(bucket));
}

} // namespace

void latency_sum::add(const latency_histogram& x) {
  for (size_t i = 0; i < buckets_.size(); ++i)
    buckets_[i] += x.buckets_[i].load(std::memory_order_relaxed);
  std::chrono::duration<double> taken
    = std::chrono::nanoseconds{x.nanoseconds_.load(std::memory_order_relaxed)};
  seconds_ += taken.count();
}

latency_metrics latency_sum::metrics() const {
  latency_metrics result;
  result.sum_seconds = seconds_;
  for (size_t i = 0; i < buckets_.size(); ++i) {
    result.count += buckets_[i];
    if (i >= first_shown && i <= last_shown && (i - first_shown) % buckets_per_bound == 0)
      result.bounds.push_back({bound_ms(i) / 1000, result.count});
  }
  return result;
}

void latency_histogram::add(std::chrono::nanoseconds latency) {
  auto ms = std::chrono::duration<double, std::milli>(latency).count();
  auto place = ms <= smallest_ms ? 0.0 : std::ceil(std::log(ms / smallest_ms) / std::log(growth));
  auto bucket = std::min(static_cast<size_t>(place), buckets_.size() - 1);
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
  nanoseconds_.fetch_add(latency.count(), std::memory_order_relaxed);
}

double latency_histogram::percentile_ms(double share) const {
  std::array<uint64_t, latency_sum::bucket_count> counts;
  uint64_t total = 0;
  for (size_t i = 0; i < counts.size(); ++i)
    total += counts[i] = buckets_[i].load(std::memory_order_relaxed);
  auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(total)));
  uint64_t seen = 0;
  for (size_t i = 0; i < counts.size() && total > 0; ++i) {
    seen += counts[i];
    if (seen >= wanted && seen > 0)
      return bound_ms(i);
  }
  return 0;
}

} // namespace tocsin
