#include "actors/shared/growth_series.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

constexpr timestamp start{1'000'000s};

TEST(growth_series, knows_nothing_before_a_minute_has_passed) {
  growth_series x;
  EXPECT_FALSE(x.over(1h));
  x.add(start, 100);
  x.add(start + 59s, 200);
  EXPECT_FALSE(x.over(1h));
  x.add(start + 60s, 200);
  ASSERT_TRUE(x.over(1h));
  EXPECT_EQ(x.over(1h)->bytes, 100);
}

TEST(growth_series, gives_the_rate_of_a_day_and_since_when) {
  growth_series x;
  for (int i = 0; i <= 3 * 60; ++i)
    x.add(start + i * 1min, 1'000'000 + static_cast<uint64_t>(i) * 60);
  auto hour = x.over(1h);
  ASSERT_TRUE(hour);
  EXPECT_EQ(hour->since, start + 2h);
  EXPECT_EQ(hour->bytes, 3600);
  EXPECT_EQ(hour->bytes_per_day, 86'400);
  // As long as it is known.
  auto day = x.over(24h);
  ASSERT_TRUE(day);
  EXPECT_EQ(day->since, start);
  EXPECT_EQ(day->bytes, 3 * 3600);
  EXPECT_EQ(day->bytes_per_day, 86'400);
}

TEST(growth_series, tells_of_less_as_well) {
  growth_series x;
  x.add(start, 5'000);
  x.add(start + 12h, 2'000);
  EXPECT_EQ(x.over(24h)->bytes, -3'000);
  EXPECT_EQ(x.over(24h)->bytes_per_day, -6'000);
  EXPECT_FALSE(x.over(1h));
}

TEST(growth_series, forgets_what_is_older_than_a_day) {
  growth_series x;
  for (int i = 0; i <= 30 * 60; ++i)
    x.add(start + i * 1min, static_cast<uint64_t>(i));
  EXPECT_EQ(x.over(24h)->since, start + 6h);
  EXPECT_EQ(x.over(24h)->bytes, 24 * 60);
}

TEST(growth_series, begins_anew_when_the_clock_is_set_back) {
  growth_series x;
  x.add(start, 100);
  x.add(start + 10min, 200);
  x.add(start + 5min, 300);
  EXPECT_FALSE(x.over(1h));
  x.add(start + 7min, 350);
  EXPECT_EQ(x.over(1h)->bytes, 50);
  EXPECT_EQ(x.over(1h)->since, start + 5min);
}

} // namespace

} // namespace tocsin
