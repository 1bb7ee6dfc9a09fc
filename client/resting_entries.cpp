#include "client/resting_entries.hpp"

#include <algorithm>

namespace tocsin::client {

namespace {

constexpr std::chrono::milliseconds first_rest{1'000};
constexpr std::chrono::milliseconds longest_rest{60'000};

} // namespace

bool resting_entries::add(uint64_t key, clock::time_point now) {
  auto [found, is_first] = rests_.try_emplace(key, first_rest);
  auto& rest = found->second;
  if (!is_first)
    rest = std::min(rest * 2, longest_rest);
  resting_.emplace(now + rest, key);
  return is_first;
}

std::optional<uint64_t> resting_entries::take_rested(clock::time_point now) {
  if (!has_rested(now))
    return std::nullopt;
  return resting_.extract(resting_.begin()).value().second;
}

bool resting_entries::has_rested(clock::time_point now) const {
  return !resting_.empty() && resting_.begin()->first <= now;
}

void resting_entries::end_all() {
  std::set<std::pair<clock::time_point, uint64_t>> rested;
  for (auto& [end, key] : resting_)
    rested.emplace(clock::time_point::min(), key);
  resting_ = std::move(rested);
}

} // namespace tocsin::client
