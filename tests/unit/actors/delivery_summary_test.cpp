#include "actors/history/delivery_log.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

class delivery_summary_test : public ledger_fixture {
protected:
  delivery_summary_test() {
    // Half past an hour.
    *wall = std::chrono::floor<std::chrono::hours>(*wall) + 30min;
    begin = *wall;
    log = system.spawn(delivery_log, env, now(), board);
  }

  ~delivery_summary_test() override {
    self->send_exit(log, caf::exit_reason::user_shutdown);
    run();
  }

  expected<delivery_summary> summary(std::optional<timestamp> since = {},
                                     std::chrono::hours span = 1h) {
    return ask<delivery_summary>(log, summarise_deliveries{since, span});
  }

  timestamp begin{};
  delivery_log_actor log;
};

TEST_F(delivery_summary_test, has_a_span_for_every_hour_of_the_last_day) {
  open(10);
  accept(3);
  record(handed[0], delivery_state::delivered);
  advance(1h);
  record(handed[1], delivery_state::dead_letter);
  auto x = summary();
  ASSERT_TRUE(x) << x.error().detail;
  ASSERT_EQ(x->spans.size(), 25u);
  EXPECT_EQ(x->span, 1h);
  EXPECT_EQ(x->spans.back().at, begin + 30min);
  EXPECT_EQ(x->spans[23].at, begin - 30min);
  EXPECT_EQ(x->spans[23].counts.accepted, 3u);
  EXPECT_EQ(x->spans[23].counts.delivered, 1u);
  EXPECT_EQ(x->spans[24].counts.dead_letters, 1u);
  EXPECT_EQ(x->spans[0].counts, delivery_counts{});
}

TEST_F(delivery_summary_test, puts_the_hours_of_a_day_together) {
  open(10);
  accept(2);
  advance(3h);
  accept(1);
  auto x = summary(begin - 48h, 24h);
  ASSERT_TRUE(x);
  delivery_counts sum;
  for (auto& each : x->spans) {
    EXPECT_EQ(std::chrono::floor<std::chrono::days>(each.at), each.at);
    sum += each.counts;
  }
  EXPECT_EQ(sum.accepted, 3u);
}

TEST_F(delivery_summary_test, is_the_same_after_a_restart) {
  open(10);
  accept(5);
  record(handed[0], delivery_state::scheduled, *wall + 5s);
  auto before = summary()->spans;
  stop_ledger();
  workers.clear();
  start_ledger();
  EXPECT_EQ(summary()->spans, before);
  EXPECT_EQ(before.back().counts.retried, 1u);
}

TEST_F(delivery_summary_test, refuses_what_is_in_the_future_or_too_long) {
  EXPECT_EQ(summary(begin + 1ms).error().code, errc::invalid_argument);
  EXPECT_EQ(summary(begin - 1001h).error().code, errc::invalid_argument);
  EXPECT_EQ(summary(begin - 999h)->spans.size(), 1000u);
  EXPECT_EQ(summary(begin)->spans.size(), 1u);
}

TEST_F(delivery_summary_test, goes_with_the_retention) {
  open(10);
  accept(1);
  record(handed[0], delivery_state::delivered);
  advance(26h);
  EXPECT_EQ(summary(begin)->spans.front().counts, delivery_counts{});
}

} // namespace

} // namespace tocsin
