#include "app/bench/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace tocsin::bench {

TEST(histogram, is_exact_for_small_values) {
  histogram x;
  for (uint64_t i = 1; i <= 100; ++i)
    x.record(i);
  EXPECT_EQ(x.count(), 100u);
  EXPECT_EQ(x.percentile(50), 50u);
  EXPECT_EQ(x.percentile(99), 99u);
  EXPECT_EQ(x.percentile(100), 100u);
  EXPECT_EQ(x.percentile(0), 1u);
}

TEST(histogram, knows_every_percentile_of_large_values_to_one_percent) {
  std::mt19937_64 random{7};
  std::lognormal_distribution<double> nanoseconds{14, 2};
  histogram x;
  std::vector<uint64_t> values;
  for (int i = 0; i < 20'000; ++i) {
    values.push_back(static_cast<uint64_t>(nanoseconds(random)));
    x.record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (auto percent : {1.0, 50.0, 95.0, 99.0, 99.9}) {
    auto rank = static_cast<size_t>(percent / 100 * 20'000) - 1;
    auto exact = static_cast<double>(values[rank]);
    auto found = static_cast<double>(x.percentile(percent));
    EXPECT_GE(found, exact) << percent;
    EXPECT_LE(found, exact * 1.01) << percent;
  }
  EXPECT_EQ(x.percentile(100), values.back());
  EXPECT_EQ(x.max(), values.back());
}

TEST(histogram, takes_the_largest_values) {
  histogram x;
  x.record(UINT64_MAX);
  EXPECT_EQ(x.percentile(50), UINT64_MAX);
}

TEST(histogram, is_zero_while_empty) {
  EXPECT_EQ(histogram{}.percentile(99), 0u);
}

} // namespace tocsin::bench
