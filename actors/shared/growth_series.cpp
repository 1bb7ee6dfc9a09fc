#include "actors/shared/growth_series.hpp"

#include <algorithm>

namespace tocsin {

namespace {

constexpr std::chrono::minutes step{1};

constexpr std::chrono::hours kept{24};

} // namespace

void growth_series::add(timestamp now, uint64_t bytes) {
  std::lock_guard guard{mutex_};
  if (now < last_.at)
    samples_.clear();
  last_ = {now, bytes};
  if (samples_.empty() || now - samples_.back().at >= step)
    samples_.push_back(last_);
  while (now - samples_.front().at > kept)
    samples_.pop_front();
}

std::optional<growth_stats> growth_series::over(std::chrono::hours span) const {
  std::lock_guard guard{mutex_};
  auto from = std::find_if(samples_.begin(), samples_.end(),
                           [&](auto& x) { return last_.at - x.at <= span; });
  if (from == samples_.end() || last_.at - from->at < step)
    return std::nullopt;
  auto passed = last_.at - from->at;
  growth_stats result;
  result.since = from->at;
  result.bytes = static_cast<int64_t>(last_.bytes) - static_cast<int64_t>(from->bytes);
  auto days = std::chrono::duration<double, std::ratio<86'400>>{passed};
  result.bytes_per_day = static_cast<int64_t>(static_cast<double>(result.bytes) / days.count());
  return result;
}

} // namespace tocsin
