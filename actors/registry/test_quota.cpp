#include "actors/registry/test_quota.hpp"

#include <fmt/format.h>

namespace tocsin {

expected<void> test_quota::begin(const recipient_id& owner, steady_time now) {
  if (running_ >= max_running)
    return fail(errc::overloaded,
                fmt::format("{} tests are under way; wait until one has ended", running_));
  forget_idle(now);
  auto& own = accounts_[owner];
  while (!own.begun.empty() && own.begun.front() + window <= now)
    own.begun.pop_front();
  if (own.running >= max_running_per_owner)
    return fail(errc::overloaded, fmt::format("{} tests of {} are under way; wait until one has "
                                              "ended",
                                              own.running, to_string(owner)));
  if (own.begun.size() >= max_begun_per_owner) {
    auto wait = std::chrono::ceil<std::chrono::seconds>(own.begun.front() + window - now);
    return fail(errc::overloaded,
                fmt::format("{} had {} tests within a minute; the next may begin in {} s",
                            to_string(owner), own.begun.size(), wait.count()));
  }
  own.begun.push_back(now);
  ++own.running;
  ++running_;
  return {};
}

void test_quota::end(const recipient_id& owner) {
  --accounts_.at(owner).running;
  --running_;
}

/// Keeps the accounts few without looking through them for each test.
void test_quota::forget_idle(steady_time now) {
  if (now < swept_at_ + window)
    return;
  swept_at_ = now;
  std::erase_if(accounts_, [now](auto& x) {
    auto& [running, begun] = x.second;
    return running == 0 && (begun.empty() || begun.back() + window <= now);
  });
}

} // namespace tocsin
