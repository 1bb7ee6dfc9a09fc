#include "actors/stats/latency_histogram.hpp"

#include <algorithm>
#include <cmath>

namespace tocsin {

namespace {

constexpr double smallest_ms = 0.1;
constexpr double growth = 1.1;

} // namespace

void latency_histogram::add(std::chrono::nanoseconds latency) {
  auto ms = std::chrono::duration<double, std::milli>(latency).count();
  auto place = ms <= smallest_ms ? 0.0 : std::ceil(std::log(ms / smallest_ms) / std::log(growth));
  auto bucket = std::min(static_cast<size_t>(place), bucket_count - 1);
  buckets_[bucket].fetch_add(1, std::memory_order_relaxed);
}

double latency_histogram::percentile_ms(double share) const {
  std::array<uint64_t, bucket_count> counts;
  uint64_t total = 0;
  for (size_t i = 0; i < bucket_count; ++i)
    total += counts[i] = buckets_[i].load(std::memory_order_relaxed);
  auto wanted = static_cast<uint64_t>(std::ceil(share * static_cast<double>(total)));
  uint64_t seen = 0;
  for (size_t i = 0; i < bucket_count && total > 0; ++i) {
    seen += counts[i];
    if (seen >= wanted && seen > 0)
      return smallest_ms * std::pow(growth, static_cast<double>(i));
  }
  return 0;
}

} // namespace tocsin
