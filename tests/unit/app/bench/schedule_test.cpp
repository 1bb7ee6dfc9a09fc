#include "app/bench/schedule.hpp"

#include <gtest/gtest.h>

namespace tocsin::bench {

using namespace std::chrono_literals;

TEST(schedule, offers_at_once_without_a_rate_and_ends_with_a_smaller_batch) {
  schedule x{{.events = 25, .duration = {}, .rate = 0, .batch = 10}};
  EXPECT_EQ(x.take(5ms)->events, 10u);
  auto second = x.take(6ms);
  EXPECT_EQ(second->first, 10u);
  EXPECT_EQ(second->offered_at, 6ms);
  EXPECT_EQ(x.take(7ms)->events, 5u);
  EXPECT_FALSE(x.take(8ms));
  EXPECT_TRUE(x.is_over(8ms));
  EXPECT_EQ(x.offered(), 25u);
}

TEST(schedule, offers_at_its_rate_however_late_the_connections_are) {
  schedule x{{.events = 0, .duration = 10ms, .rate = 1000, .batch = 2}};
  EXPECT_EQ(x.take(0ms)->offered_at, 0ms);
  EXPECT_FALSE(x.take(1ms));
  EXPECT_EQ(x.next_due(1ms), 2ms);
  // All connections were busy until now: what was due keeps the time at which it was.
  EXPECT_EQ(x.take(50ms)->offered_at, 2ms);
  EXPECT_EQ(x.take(50ms)->offered_at, 4ms);
  EXPECT_EQ(x.take(50ms)->offered_at, 6ms);
  EXPECT_EQ(x.take(50ms)->offered_at, 8ms);
  EXPECT_FALSE(x.take(50ms));
  EXPECT_TRUE(x.is_over(50ms));
}

TEST(schedule, ends_with_its_duration) {
  schedule x{{.events = 0, .duration = 10ms, .rate = 0, .batch = 1}};
  EXPECT_TRUE(x.take(9ms));
  EXPECT_FALSE(x.take(10ms));
  EXPECT_TRUE(x.is_over(10ms));
}

TEST(schedule, offers_nothing_after_a_stop) {
  schedule x{{.events = 10, .duration = {}, .rate = 0, .batch = 1}};
  x.stop();
  EXPECT_FALSE(x.take(0ms));
  EXPECT_TRUE(x.is_over(0ms));
}

} // namespace tocsin::bench
