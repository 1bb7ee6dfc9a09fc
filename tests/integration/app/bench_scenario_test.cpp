#include "tests/integration/app/bench_report.hpp"

#include <gtest/gtest.h>

// Situations of `tocsin-bench run` in small, with a real tocsind: that all arrives, and no seconds.

namespace tocsin::bench {

namespace {

int64_t number(const boost::json::value& x, const char* key) {
  return x.at(key).to_number<int64_t>();
}

} // namespace

TEST(bench_scenarios, mails_arrive_over_connections_that_are_used_again) {
  auto report = bench_report({"run", "--scenario", "smtp", "--events", "400"});
  EXPECT_EQ(report.at("load").at("arrives_by").as_string(), "email");
  const auto& events = report.at("events");
  EXPECT_EQ(number(events, "accepted"), 400);
  EXPECT_EQ(number(events, "delivered"), 400);
  EXPECT_EQ(number(events, "foreign"), 0);
  EXPECT_EQ(number(events, "duplicates"), 0);
  // One for each conversation that `transport.smtp_threads` allows with one server.
  EXPECT_LE(number(report, "sink_connections"), 4);
}

TEST(bench_scenarios, what_was_acknowledged_arrives_after_a_kill_under_load) {
  auto report = bench_report({"run", "--scenario", "restart", "--events", "6000", "--kill-after",
                              "3000", "--batch", "20", "--connections", "8"});
  const auto& events = report.at("events");
  EXPECT_EQ(number(events, "missing"), 0);
  EXPECT_EQ(number(events, "delivered"), number(events, "accepted"));
  EXPECT_EQ(number(events, "offered"), 6000);
  EXPECT_GT(number(events, "accepted"), 3000) << "nothing was accepted after the restart";
  const auto& crash = report.at("crash");
  EXPECT_GE(number(crash, "owed"), 3000);
  EXPECT_GT(crash.at("ready_after_ms").to_number<double>(), 0);
  EXPECT_GE(crash.at("last_owed_after_ms").to_number<double>(),
            crash.at("first_owed_after_ms").to_number<double>());
  EXPECT_GT(number(crash, "peak_rss_bytes"), 0);
}

TEST(bench_scenarios, a_kill_in_the_middle_of_deliveries_loses_none) {
  auto report = bench_report({"run", "--events", "4000", "--kill-after", "2000", "--connections",
                              "16", "--drain-seconds", "60"});
  const auto& events = report.at("events");
  EXPECT_EQ(number(events, "missing"), 0);
  EXPECT_EQ(number(events, "delivered"), number(events, "accepted"));
  EXPECT_FALSE(report.at("crash").is_null());
}

TEST(bench_scenarios, limits_say_how_near_the_aims_are) {
  auto report = bench_report({"limits", "--seconds", "0.3", "--connections", "8"});
  for (const auto* aim : {"delivered_of_chain", "one_sender_p50_of_commit", "crowd_p99_of_commit",
                          "steady_delivery_p50_ms", "steady_crowd_p99_of_commit"})
    EXPECT_GT(report.at("aims").at(aim).at("reached").to_number<double>(), 0) << aim;
}

} // namespace tocsin::bench
