#include "http/rate_limits.hpp"

#include <gtest/gtest.h>

namespace tocsin::http {

namespace {

using namespace std::chrono_literals;

sha256_digest named(uint8_t n) {
  sha256_digest result{};
  result[0] = n;
  return result;
}

class rate_limits_test : public testing::Test {
protected:
  monotonic_clock clock() const {
    return [now = now_] { return *now; };
  }

  std::shared_ptr<steady_time> now_ = std::make_shared<steady_time>(1000s);
};

TEST_F(rate_limits_test, let_two_seconds_of_the_rate_through_at_once_and_then_the_rate) {
  rate_limits limits{2, clock()};
  for (uint64_t left : {3, 2, 1, 0}) {
    auto standing = limits.take(named(1));
    ASSERT_TRUE(standing);
    EXPECT_TRUE(standing->may_go_on);
    EXPECT_EQ(standing->limit, 4u);
    EXPECT_EQ(standing->left, left);
  }
  EXPECT_FALSE(limits.take(named(1))->may_go_on);
  *now_ += 499ms;
  EXPECT_FALSE(limits.take(named(1))->may_go_on);
  *now_ += 1ms;
  EXPECT_TRUE(limits.take(named(1))->may_go_on);
  EXPECT_FALSE(limits.take(named(1))->may_go_on);
}

TEST_F(rate_limits_test, say_when_there_is_more) {
  rate_limits limits{0.5, clock()};
  auto first = limits.take(named(1));
  EXPECT_EQ(first->limit, 1u);
  EXPECT_EQ(first->left, 0u);
  EXPECT_EQ(first->reset, 2s);
  *now_ += 500ms;
  auto refused = limits.take(named(1));
  EXPECT_FALSE(refused->may_go_on);
  EXPECT_EQ(refused->reset, 2s);
  EXPECT_EQ(refused->retry_after, 2s);
  *now_ += 1s;
  EXPECT_EQ(limits.take(named(1))->retry_after, 1s);
  *now_ += 500ms;
  EXPECT_TRUE(limits.take(named(1))->may_go_on);
}

TEST_F(rate_limits_test, do_not_lengthen_by_what_they_refuse) {
  rate_limits limits{1, clock()};
  for (int i = 0; i < 100; ++i)
    limits.take(named(1));
  *now_ += 1s;
  EXPECT_TRUE(limits.take(named(1))->may_go_on);
}

TEST_F(rate_limits_test, never_save_up_more_than_two_seconds) {
  rate_limits limits{1, clock()};
  limits.take(named(1));
  *now_ += 1h;
  EXPECT_EQ(limits.take(named(1))->left, 1u);
}

TEST_F(rate_limits_test, are_each_callers_own) {
  rate_limits limits{0.1, clock()};
  EXPECT_TRUE(limits.take(named(1))->may_go_on);
  EXPECT_FALSE(limits.take(named(1))->may_go_on);
  EXPECT_TRUE(limits.take(named(2))->may_go_on);
}

TEST_F(rate_limits_test, are_none_at_a_rate_of_zero) {
  rate_limits limits{0, clock()};
  EXPECT_FALSE(limits.take(named(1)));
}

TEST_F(rate_limits_test, remember_a_fixed_number_of_callers_and_forget_who_has_most_left) {
  rate_limits limits{1, clock(), 2};
  limits.take(named(1));
  limits.take(named(1));
  limits.take(named(2));
  limits.take(named(3));
  EXPECT_FALSE(limits.take(named(1))->may_go_on);
  EXPECT_EQ(limits.take(named(3))->left, 0u);
  // The second was forgotten.
  EXPECT_EQ(limits.take(named(2))->left, 1u);
}

} // namespace

} // namespace tocsin::http
