#include "policy/replay.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tocsin::policy {

namespace {

using namespace std::chrono_literals;

constexpr timestamp replay_start{1'000'000ms};

attempt ended_as(outcome_class kind) {
  attempt result;
  result.result.kind = kind;
  return result;
}

TEST(replay_pace, gives_the_first_at_once_and_no_minute_more_than_it_may_have) {
  for (uint32_t per_minute : {1u, 7u, 60u, 600u, 59'999u}) {
    replay_pace pace{replay_start, per_minute};
    auto last = pace.next();
    EXPECT_EQ(last, replay_start);
    std::map<int64_t, uint32_t> of_minute{{0, 1}};
    for (uint32_t i = 1; i < 3 * per_minute; ++i) {
      auto at = pace.next();
      EXPECT_GE(at, last);
      last = at;
      ++of_minute[(at - replay_start) / 1min];
    }
    for (auto& [minute, count] : of_minute)
      EXPECT_EQ(count, per_minute) << "minute " << minute;
  }
}

TEST(replay_pace, goes_on_a_step_after_the_last_and_never_in_the_past) {
  EXPECT_EQ(resumed_at(replay_start, 60, replay_start), replay_start + 1s);
  EXPECT_EQ(resumed_at(replay_start, 7, replay_start), replay_start + 8572ms);
  EXPECT_EQ(resumed_at(replay_start, 60'000, replay_start), replay_start + 1ms);
  EXPECT_EQ(resumed_at(replay_start, 60, replay_start + 1h), replay_start + 1h);
}

TEST(may_have_arrived, is_so_without_an_answer_and_after_a_delivery_that_was_sent_again) {
  using enum outcome_class;
  std::vector<attempt> attempts;
  EXPECT_FALSE(may_have_arrived(attempts));
  for (auto kind : {retry, throttled, rejected, dead_endpoint})
    attempts.push_back(ended_as(kind));
  EXPECT_FALSE(may_have_arrived(attempts));
  for (auto kind : {ambiguous, delivered}) {
    auto more = attempts;
    more.insert(more.begin(), ended_as(kind));
    EXPECT_TRUE(may_have_arrived(more));
  }
}

} // namespace

} // namespace tocsin::policy
