#include "policy/token_bucket.hpp"

#include <gtest/gtest.h>

namespace tocsin::policy {

namespace {

using namespace std::chrono_literals;

constexpr steady_time bucket_start{1000s};

TEST(token_bucket, gives_its_burst_at_once_and_then_its_rate) {
  token_bucket bucket{2, 3};
  EXPECT_TRUE(bucket.take(bucket_start));
  EXPECT_TRUE(bucket.take(bucket_start));
  EXPECT_TRUE(bucket.take(bucket_start));
  EXPECT_FALSE(bucket.take(bucket_start));
  EXPECT_EQ(bucket.wait(bucket_start), 500ms);
  EXPECT_FALSE(bucket.take(bucket_start + 499ms));
  EXPECT_TRUE(bucket.take(bucket_start + 500ms));
}

TEST(token_bucket, never_holds_more_than_its_burst) {
  token_bucket bucket{1, 2};
  EXPECT_TRUE(bucket.take(bucket_start));
  auto later = bucket_start + 1h;
  EXPECT_TRUE(bucket.take(later));
  EXPECT_TRUE(bucket.take(later));
  EXPECT_FALSE(bucket.take(later));
}

TEST(token_bucket, sets_no_limit_without_a_rate) {
  token_bucket bucket{0, 0};
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(bucket.take(bucket_start));
  EXPECT_EQ(bucket.wait(bucket_start), 0ms);
}

} // namespace

} // namespace tocsin::policy
