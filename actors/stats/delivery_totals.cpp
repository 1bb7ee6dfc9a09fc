#include "actors/stats/delivery_totals.hpp"

#include <utility>

namespace tocsin {

namespace {

constexpr uint64_t delivery_counts::*every_count[]
  = {&delivery_counts::accepted, &delivery_counts::suppressed, &delivery_counts::delivered,
     &delivery_counts::failed,   &delivery_counts::retried,    &delivery_counts::dead_letters};

/// What `now` has more than `before`. An hour whose record could not be read was started over: what
/// it lacks is no reason to count backwards.
delivery_counts growth_of(const delivery_counts& now, const delivery_counts& before) {
  delivery_counts result;
  for (auto each : every_count)
    result.*each = now.*each > before.*each ? now.*each - before.*each : 0;
  return result;
}

} // namespace

delivery_counts delivery_totals::add(std::vector<counted_span> stored) {
  std::lock_guard guard{mutex_};
  if (seen_) {
    auto before = seen_->begin();
    for (auto& hour : stored) {
      while (before != seen_->end() && before->at < hour.at)
        ++before;
      auto known = before != seen_->end() && before->at == hour.at;
      total_ += growth_of(hour.counts, known ? before->counts : delivery_counts{});
    }
  }
  seen_ = std::move(stored);
  return total_;
}

} // namespace tocsin
