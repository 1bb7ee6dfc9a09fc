#include "client/resting_entries.hpp"

#include <gtest/gtest.h>

namespace tocsin::client {

namespace {

using namespace std::chrono_literals;

class resting_entries_test : public testing::Test {
protected:
  resting_entries::clock::time_point now = resting_entries::clock::now();
  resting_entries entries;
};

TEST_F(resting_entries_test, lets_an_entry_rest_twice_as_long_each_time_up_to_a_minute) {
  for (auto rest : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    EXPECT_EQ(entries.add(7, now), rest == 1s);
    now += rest;
    EXPECT_FALSE(entries.has_rested(now - 1ms));
    EXPECT_EQ(entries.take_rested(now - 1ms), std::nullopt);
    EXPECT_TRUE(entries.has_rested(now));
    EXPECT_EQ(entries.take_rested(now), 7u);
    EXPECT_FALSE(entries.has_rested(now));
  }
}

TEST_F(resting_entries_test, gives_first_what_has_rested_first) {
  entries.add(2, now);
  entries.add(1, now + 1ms);
  EXPECT_EQ(entries.take_rested(now + 2s), 2u);
  EXPECT_EQ(entries.take_rested(now + 2s), 1u);
  EXPECT_EQ(entries.take_rested(now + 2s), std::nullopt);
}

TEST_F(resting_entries_test, ends_every_rest_at_once_and_gives_the_oldest_first) {
  entries.add(2, now);
  entries.add(1, now + 1ms);
  entries.end_all();
  EXPECT_EQ(entries.take_rested(now), 1u);
  EXPECT_EQ(entries.take_rested(now), 2u);
  // How long they have rested counts on.
  entries.add(1, now);
  EXPECT_FALSE(entries.has_rested(now + 1999ms));
  EXPECT_TRUE(entries.has_rested(now + 2s));
}

TEST_F(resting_entries_test, forgets_what_is_answered) {
  entries.add(1, now);
  EXPECT_EQ(entries.take_rested(now + 1s), 1u);
  entries.forget(1);
  EXPECT_TRUE(entries.add(1, now));
}

} // namespace

} // namespace tocsin::client
