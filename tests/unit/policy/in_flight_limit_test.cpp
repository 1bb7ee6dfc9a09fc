#include "policy/in_flight_limit.hpp"

#include <gtest/gtest.h>

namespace tocsin::policy {

namespace {

using namespace std::chrono_literals;

constexpr steady_time limit_start{1000s};

void succeed(in_flight_limit& limit, int times) {
  for (int i = 0; i < times; ++i)
    limit.succeeded(true);
}

TEST(in_flight_limit, starts_with_few_and_earns_more_up_to_the_most) {
  in_flight_limit limit{64};
  EXPECT_EQ(limit.value(), in_flight_limit::first);
  succeed(limit, 10);
  EXPECT_EQ(limit.value(), in_flight_limit::first + 10);
  succeed(limit, 100);
  EXPECT_EQ(limit.value(), 64u);
}

TEST(in_flight_limit, does_not_grow_while_it_is_not_used_up) {
  in_flight_limit limit{64};
  for (int i = 0; i < 100; ++i)
    limit.succeeded(false);
  EXPECT_EQ(limit.value(), in_flight_limit::first);
}

TEST(in_flight_limit, is_halved_once_by_requests_that_hang_together) {
  in_flight_limit limit{64};
  succeed(limit, 60);
  for (int i = 0; i < 64; ++i)
    limit.timed_out(limit_start, limit_start + 30s);
  EXPECT_EQ(limit.value(), 32u);
  limit.timed_out(limit_start + 30s, limit_start + 60s);
  EXPECT_EQ(limit.value(), 16u);
}

TEST(in_flight_limit, never_falls_below_one_and_grows_slowly_after_a_timeout) {
  in_flight_limit limit{64};
  for (int i = 1; i < 10; ++i)
    limit.timed_out(limit_start + i * 1s, limit_start + i * 1s);
  EXPECT_EQ(limit.value(), 1u);
  succeed(limit, 1);
  EXPECT_EQ(limit.value(), 2u);
  succeed(limit, 2);
  EXPECT_EQ(limit.value(), 3u);
  succeed(limit, 2);
  EXPECT_EQ(limit.value(), 3u);
}

TEST(in_flight_limit, keeps_to_a_most_below_what_others_start_with) {
  in_flight_limit limit{1};
  succeed(limit, 10);
  EXPECT_EQ(limit.value(), 1u);
}

} // namespace

} // namespace tocsin::policy
