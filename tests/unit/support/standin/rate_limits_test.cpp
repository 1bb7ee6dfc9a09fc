#include "tests/support/standin/rate_limits.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace tocsin::standin {
namespace {

using namespace std::chrono_literals;

std::string header(const std::vector<field>& headers, std::string_view name) {
  for (const auto& each : headers) {
    if (each.name == name)
      return each.value;
  }
  return {};
}

TEST(rate_limits, slack_refuses_the_sixth_at_once_with_a_header_only) {
  rate_limits limits;
  rate_limits::time_point now{};
  for (int i = 0; i < 5; ++i)
    EXPECT_FALSE(limits.slack("B1", now).refusal);
  auto refusal = limits.slack("B1", now).refusal;
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 429);
  EXPECT_EQ(header(refusal->headers, "Retry-After"), "1");
  EXPECT_FALSE(limits.slack("B2", now).refusal);
  EXPECT_FALSE(limits.slack("B1", now + 1s).refusal);
  EXPECT_TRUE(limits.slack("B1", now + 1s).refusal);
}

TEST(rate_limits, discord_refuses_the_sixth_in_two_seconds_in_its_own_shape) {
  rate_limits limits;
  rate_limits::time_point now{};
  for (int i = 0; i < 5; ++i) {
    auto answer = limits.discord("1", now);
    EXPECT_FALSE(answer.refusal);
    EXPECT_EQ(header(answer.headers, "X-RateLimit-Remaining"), std::to_string(4 - i));
  }
  auto refusal = limits.discord("1", now).refusal;
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 429);
  auto body = boost::json::parse(refusal->body).as_object();
  EXPECT_DOUBLE_EQ(body["retry_after"].as_double(), 0.4);
  EXPECT_EQ(body["global"], false);
  EXPECT_EQ(header(refusal->headers, "Retry-After"), "1");
  EXPECT_EQ(header(refusal->headers, "X-RateLimit-Scope"), "user");
  EXPECT_EQ(header(refusal->headers, "X-RateLimit-Reset-After"), "2.000");
  EXPECT_FALSE(limits.discord("1", now + 400ms).refusal);
}

TEST(rate_limits, discord_says_so_when_the_limit_is_global) {
  rate_limits limits;
  rate_limits::time_point now{};
  for (int i = 0; i < 50; ++i)
    EXPECT_FALSE(limits.discord(std::to_string(i), now).refusal);
  auto refusal = limits.discord("51", now).refusal;
  ASSERT_TRUE(refusal);
  EXPECT_EQ(boost::json::parse(refusal->body).at("global"), true);
  EXPECT_EQ(header(refusal->headers, "X-RateLimit-Global"), "true");
}

TEST(rate_limits, telegram_limits_chats_groups_and_bots) {
  rate_limits limits;
  rate_limits::time_point now{};
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(limits.telegram("1", "7", now).refusal);
  auto refusal = limits.telegram("1", "7", now).refusal;
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 429);
  EXPECT_EQ(header(refusal->headers, "Retry-After"), "1");
  EXPECT_EQ(boost::json::parse(refusal->body).at("parameters").at("retry_after"), 1);
  int taken = 0;
  for (int second = 0; second < 40; ++second)
    taken += limits.telegram("1", "-7", now + 1s * second).refusal ? 0 : 1;
  // 20 at once, then one every three seconds.
  EXPECT_EQ(taken, 33);
  limits.clear();
  for (int i = 0; i < 30; ++i)
    EXPECT_FALSE(limits.telegram("2", std::to_string(i + 1), now).refusal);
  EXPECT_TRUE(limits.telegram("2", "31", now).refusal);
}

} // namespace
} // namespace tocsin::standin
