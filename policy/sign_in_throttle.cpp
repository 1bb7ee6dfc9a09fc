#include "policy/sign_in_throttle.hpp"

#include <algorithm>

namespace tocsin::policy {

namespace {

/// Doubles with each failure beyond the free ones.
std::chrono::milliseconds pause_after(uint32_t failures) {
  using throttle = sign_in_throttle;
  if (failures < throttle::free_failures)
    return std::chrono::milliseconds{0};
  // 2^9 s is more than the longest pause already.
  auto doublings = std::min(failures - throttle::free_failures, 9u);
  auto pause = throttle::first_wait * (1u << doublings);
  return std::min<std::chrono::milliseconds>(pause, throttle::longest_wait);
}

} // namespace

std::chrono::milliseconds sign_in_throttle::wait(const std::string& key, steady_time now) const {
  auto found = entries_.find(key);
  if (found == entries_.end())
    return std::chrono::milliseconds{0};
  auto until = found->second.last + pause_after(found->second.failures);
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(until - now),
                  std::chrono::milliseconds{0});
}

void sign_in_throttle::failed(const std::string& key, steady_time now) {
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    make_room(now);
    found = entries_.try_emplace(key).first;
  } else if (found->second.last + memory <= now) {
    found->second.failures = 0;
  }
  ++found->second.failures;
  found->second.last = now;
}

void sign_in_throttle::make_room(steady_time now) {
  if (entries_.size() < max_keys)
    return;
  std::erase_if(entries_, [now](auto& x) { return x.second.last + memory <= now; });
  if (entries_.size() < max_keys)
    return;
  entries_.erase(std::min_element(entries_.begin(), entries_.end(),
                                  [](auto& a, auto& b) { return a.second.last < b.second.last; }));
}

} // namespace tocsin::policy
