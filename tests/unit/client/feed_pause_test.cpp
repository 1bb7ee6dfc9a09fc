#include "client/feed_pause.hpp"

#include <gtest/gtest.h>

namespace tocsin::client {

namespace {

using namespace std::chrono_literals;

class feed_pause_test : public testing::Test {
protected:
  feed_pause::clock::time_point now = feed_pause::clock::now();
  feed_pause pause;
};

TEST_F(feed_pause_test, is_twice_as_long_each_time_up_to_a_minute) {
  EXPECT_FALSE(pause.is_on());
  for (auto length : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    EXPECT_EQ(pause.begin(now), length == 1s);
    EXPECT_FALSE(pause.has_passed(now + length - 1ms));
    EXPECT_TRUE(pause.has_passed(now + length));
    now += length;
  }
  EXPECT_TRUE(pause.is_on());
}

TEST_F(feed_pause_test, is_not_longer_for_what_was_sent_before_it) {
  pause.begin(now);
  EXPECT_FALSE(pause.begin(now + 999ms));
  EXPECT_TRUE(pause.has_passed(now + 1s));
}

TEST_F(feed_pause_test, ends_once_a_node_takes_something) {
  pause.begin(now);
  pause.end();
  EXPECT_FALSE(pause.is_on());
  EXPECT_FALSE(pause.has_passed(now + 1h));
  EXPECT_TRUE(pause.begin(now + 1h));
  EXPECT_TRUE(pause.has_passed(now + 1h + 1s));
}

TEST_F(feed_pause_test, lets_another_node_be_tried_at_once_and_goes_on_growing) {
  pause.begin(now);
  pause.cut_short();
  EXPECT_TRUE(pause.has_passed(now));
  EXPECT_TRUE(pause.is_on());
  EXPECT_FALSE(pause.begin(now));
  EXPECT_FALSE(pause.has_passed(now + 1999ms));
  EXPECT_TRUE(pause.has_passed(now + 2s));
}

} // namespace

} // namespace tocsin::client
