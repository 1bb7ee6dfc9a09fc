#include "actors/shared/latency_histogram.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

TEST(latency_histogram, is_zero_while_there_are_no_samples) {
  EXPECT_EQ(latency_histogram{}.percentile_ms(0.5), 0);
}

TEST(latency_histogram, finds_percentiles_to_the_width_of_a_bucket) {
  latency_histogram x;
  for (int i = 1; i <= 1000; ++i)
    x.add(std::chrono::milliseconds{i});
  EXPECT_NEAR(x.percentile_ms(0.5), 500, 50);
  EXPECT_NEAR(x.percentile_ms(0.99), 990, 99);
  EXPECT_GE(x.percentile_ms(1), 1000);
}

TEST(latency_histogram, keeps_the_ends_of_its_range) {
  latency_histogram x;
  x.add(1ns);
  EXPECT_DOUBLE_EQ(x.percentile_ms(1), 0.1);
  x.add(24h);
  EXPECT_GT(x.percentile_ms(1), 3'600'000);
}

} // namespace

} // namespace tocsin
