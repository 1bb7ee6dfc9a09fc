#include "app/bench/event_book.hpp"

#include <gtest/gtest.h>

namespace tocsin::bench {

using namespace std::chrono_literals;

TEST(event_book, counts_what_became_of_every_event) {
  event_book x;
  ticket accepted{0, 3, 0ms};
  ticket refused{3, 2, 0ms};
  ticket unanswered{5, 1, 0ms};
  for (const auto& one : {accepted, refused, unanswered})
    x.offer(one);
  x.accept(accepted, 2ms);
  x.refuse(refused);
  EXPECT_FALSE(x.is_complete());
  x.arrive(0, 3ms);
  x.arrive(1, 4ms);
  x.arrive(1, 5ms);  // a repeat
  x.arrive(3, 5ms);  // was refused
  x.arrive(5, 5ms);  // no answer came, which is not held against it
  x.arrive(99, 6ms); // was never offered
  x.arrive_foreign();
  auto counts = x.counts();
  EXPECT_EQ(counts.offered, 6u);
  EXPECT_EQ(counts.accepted, 3u);
  EXPECT_EQ(counts.refused, 2u);
  EXPECT_EQ(counts.unanswered, 1u);
  EXPECT_EQ(counts.delivered, 2u);
  EXPECT_EQ(counts.missing, 1u);
  EXPECT_EQ(counts.duplicates, 1u);
  EXPECT_EQ(counts.unexpected, 2u);
  EXPECT_EQ(counts.foreign, 1u);
  EXPECT_FALSE(x.is_complete());
  x.arrive(2, 7ms);
  EXPECT_TRUE(x.is_complete());
}

TEST(event_book, is_complete_where_webhooks_overtake_their_answer) {
  event_book x;
  ticket one{0, 1, 1ms};
  x.offer(one);
  x.arrive(0, 2ms);
  x.accept(one, 5ms);
  EXPECT_TRUE(x.is_complete());
  auto latencies = x.latencies();
  EXPECT_EQ(latencies.accept.max(), 4'000'000u);
  EXPECT_EQ(latencies.delivery.max(), 0u);
  EXPECT_EQ(latencies.total.max(), 1'000'000u);
}

TEST(event_book, waits_for_all_copies_of_an_event) {
  event_book x{2};
  ticket two{0, 2, 1ms};
  x.offer(two);
  x.arrive(0, 2ms);
  x.accept(two, 3ms);
  x.arrive(1, 4ms);
  EXPECT_FALSE(x.is_complete());
  EXPECT_EQ(x.counts().missing, 2u);
  x.arrive(0, 5ms);
  x.arrive(1, 6ms);
  EXPECT_TRUE(x.is_complete());
  EXPECT_EQ(x.counts().delivered, 2u);
  EXPECT_EQ(x.counts().duplicates, 0u);
  EXPECT_EQ(x.latencies().delivery.max(), 3'000'000u);
  x.arrive(0, 7ms);
  EXPECT_EQ(x.counts().duplicates, 1u);
}

TEST(event_book, tells_when_what_was_owed_came) {
  event_book x;
  ticket all{0, 4, 1ms};
  x.offer(all);
  x.arrive(3, 2ms);
  x.accept(all, 5ms);
  x.arrive(0, 6ms);
  x.note_owed();
  EXPECT_EQ(x.owed().events, 2u);
  ticket later{4, 1, 6ms};
  x.offer(later);
  x.accept(later, 7ms);
  x.arrive(4, 8ms);
  x.arrive(0, 9ms); // a repeat
  x.arrive(2, 10ms);
  EXPECT_EQ(x.owed().left, 1u);
  x.arrive(1, 12ms);
  x.arrive(1, 15ms); // a repeat
  EXPECT_EQ(x.owed().left, 0u);
  EXPECT_EQ(x.owed().first_arrived_at, 10ms);
  EXPECT_EQ(x.owed().last_arrived_at, 12ms);
  EXPECT_EQ(x.accepted(), 5u);
}

TEST(event_book, measures_from_the_time_of_offering) {
  event_book x;
  ticket one{0, 1, 10ms};
  x.offer(one);
  x.accept(one, 15ms);
  x.arrive(0, 18ms);
  auto latencies = x.latencies();
  EXPECT_EQ(latencies.accept.max(), 5'000'000u);
  EXPECT_EQ(latencies.delivery.max(), 3'000'000u);
  EXPECT_EQ(latencies.total.max(), 8'000'000u);
}

} // namespace tocsin::bench
