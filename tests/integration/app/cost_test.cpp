#include "tests/integration/app/bench_report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

// What an event costs in processor time, which a busy machine changes far less than any rate; and
// of several runs the cheapest, as nothing makes a run cheaper than it is. The bounds leave room
// for builds without optimisation and with sanitizers: what they find is a cost of another order.

namespace tocsin::bench {

namespace {

/// Of an event whose customer is one of so many.
double cost_with(const char* customers) {
  auto report = bench_report({"run", "--scenario", "customers", "--customers", customers,
                              "--events", "3000", "--connections", "32"});
  return report.at("server").at("cpu_seconds_per_1000_events").to_number<double>();
}

} // namespace

TEST(cost, of_an_event_is_a_small_multiple_of_the_least_that_there_is_to_do) {
  auto cheapest = std::numeric_limits<double>::max();
  for (int i = 0; i < 3; ++i) {
    auto report = bench_report({"limits", "--seconds", "0.5", "--connections", "32"});
    const auto& ratios = report.at("service").at("ratio_to_chain");
    cheapest = std::min(cheapest, ratios.at("cpu_us_per_event").to_number<double>());
  }
  RecordProperty("ratio", std::to_string(cheapest));
  EXPECT_LT(cheapest, 12);
}

TEST(cost, of_an_event_does_not_grow_with_the_number_of_customers) {
  auto few = std::numeric_limits<double>::max();
  auto many = few;
  for (int i = 0; i < 3; ++i) {
    few = std::min(few, cost_with("1000"));
    many = std::min(many, cost_with("30000"));
  }
  RecordProperty("ratio", std::to_string(many / few));
  EXPECT_LT(many, 1.5 * few);
}

/// The backlog is on disk, so that a longer one costs no more for each event.
TEST(cost, of_an_event_does_not_grow_with_what_waits_before_it) {
  auto cost_behind = [](const char* events) {
    auto report = bench_report({"run", "--scenario", "backlog", "--events", events});
    EXPECT_GT(report.at("outage").at("drained_per_second").to_number<double>(), 0);
    return report.at("server").at("cpu_seconds_per_1000_events").to_number<double>();
  };
  auto few = std::min(cost_behind("2000"), cost_behind("2000"));
  auto many = std::min(cost_behind("20000"), cost_behind("20000"));
  RecordProperty("ratio", std::to_string(many / few));
  EXPECT_LT(many, 1.5 * few);
}

} // namespace tocsin::bench
