#include "gate/refusal_log.hpp"

#include <gtest/gtest.h>

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;
using refusals = std::optional<uint64_t>;

/// One whose clock stands still until it is moved on.
class refusal_log_test : public testing::Test {
protected:
  refusals note(const std::string& address) { return log_.note(address, now_); }

  /// Knocks twice from each of `count` addresses.
  void scan(int count) {
    for (int i = 0; i < count; ++i)
      for (int knock = 0; knock < 2; ++knock)
        note("10.0.0." + std::to_string(i));
  }

  refusal_log log_;
  refusal_log::clock::time_point now_{1h};
};

TEST_F(refusal_log_test, names_an_address_once_a_minute_with_what_went_unsaid) {
  EXPECT_EQ(note("a"), 0u);
  EXPECT_EQ(note("a"), std::nullopt);
  EXPECT_EQ(note("a"), std::nullopt);
  EXPECT_EQ(note("b"), 0u);
  now_ += 1min;
  EXPECT_FALSE(log_.has_named("a", now_));
  EXPECT_EQ(note("a"), 2u);
  EXPECT_TRUE(log_.has_named("a", now_));
}

TEST_F(refusal_log_test, tells_many_addresses_apart_and_takes_the_others_together) {
  scan(256);
  EXPECT_EQ(note("a"), 0u);
  EXPECT_EQ(note("b"), std::nullopt);
  EXPECT_FALSE(log_.has_named("a", now_));
}

TEST_F(refusal_log_test, remembers_for_a_while_what_went_unsaid) {
  scan(1);
  now_ += 9min;
  EXPECT_EQ(note("10.0.0.0"), 1u);
}

TEST_F(refusal_log_test, forgets_those_who_stay_away_although_some_went_unsaid) {
  scan(256);
  now_ += 10min;
  EXPECT_EQ(note("a"), 0u);
  EXPECT_EQ(note("b"), 0u);
  EXPECT_TRUE(log_.has_named("b", now_));
}

} // namespace

} // namespace tocsin::gate
