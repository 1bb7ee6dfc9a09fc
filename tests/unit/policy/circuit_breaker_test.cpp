#include "policy/circuit_breaker.hpp"

#include <gtest/gtest.h>

namespace tocsin::policy {

namespace {

using namespace std::chrono_literals;
using enum breaker_state;

constexpr steady_time start{1000s};

class circuit_breaker_test : public testing::Test {
protected:
  void fail(int times, steady_time now) {
    for (int i = 0; i < times; ++i)
      breaker.failed(now, now);
  }

  circuit_breaker breaker{{3, 5s, 60s}};
};

TEST_F(circuit_breaker_test, opens_after_so_many_failures_in_a_row) {
  fail(2, start);
  EXPECT_EQ(breaker.state(), closed);
  EXPECT_EQ(breaker.wait(start), 0ms);
  fail(1, start);
  EXPECT_EQ(breaker.state(), open);
  EXPECT_EQ(breaker.wait(start + 1s), 4s);
}

TEST_F(circuit_breaker_test, forgets_failures_when_the_endpoint_answers) {
  fail(2, start);
  breaker.answered();
  fail(2, start);
  EXPECT_EQ(breaker.state(), closed);
}

TEST_F(circuit_breaker_test, lets_a_single_probe_pass_after_the_cool_down) {
  fail(3, start);
  EXPECT_EQ(breaker.wait(start + 4999ms), 1ms);
  EXPECT_EQ(breaker.wait(start + 5s), 0ms);
  breaker.sent();
  EXPECT_EQ(breaker.state(), half_open);
}

TEST_F(circuit_breaker_test, closes_when_the_probe_is_answered) {
  fail(3, start);
  breaker.sent();
  breaker.answered();
  EXPECT_EQ(breaker.state(), closed);
  fail(2, start + 10s);
  EXPECT_EQ(breaker.state(), closed);
}

TEST_F(circuit_breaker_test, doubles_the_cool_down_for_each_probe_that_fails_up_to_the_longest) {
  fail(3, start);
  auto now = start;
  for (auto cool_down : {5s, 10s, 20s, 40s, 60s, 60s}) {
    EXPECT_EQ(breaker.wait(now), cool_down);
    now += cool_down;
    breaker.sent();
    breaker.failed(now, now + 1s);
    now += 1s;
  }
  breaker.answered();
  fail(3, now);
  EXPECT_EQ(breaker.wait(now), 5s);
}

TEST(usual_circuit_breaker, opens_after_five_failures_and_is_tried_each_minute_at_least) {
  circuit_breaker breaker;
  auto now = start;
  for (int i = 0; i < 4; ++i)
    breaker.failed(now, now);
  EXPECT_EQ(breaker.state(), closed);
  breaker.failed(now, now);
  for (auto cool_down : {5s, 10s, 20s, 40s, 60s, 60s}) {
    EXPECT_EQ(breaker.wait(now), cool_down);
    now += cool_down;
    breaker.sent();
    breaker.failed(now, now);
  }
}

TEST_F(circuit_breaker_test, learns_nothing_from_failures_that_began_before_it_opened) {
  fail(3, start);
  breaker.failed(start - 1s, start + 4s);
  EXPECT_EQ(breaker.wait(start + 4s), 1s);
  breaker.sent();
  breaker.failed(start - 1s, start + 6s);
  EXPECT_EQ(breaker.state(), half_open);
}

} // namespace

} // namespace tocsin::policy
