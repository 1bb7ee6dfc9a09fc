#include "tests/integration/app/bench_report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

// What an event costs in processor time, which a busy machine changes far less than any rate; and
// of several runs the cheapest, as nothing makes a run cheaper than it is. The bounds leave room
// for builds without optimisation and with sanitizers: what they find is a cost of another order.

namespace tocsin::bench {

namespace {

/// What an event costs in this run.
double cost_in(std::vector<std::string> words) {
  auto report = bench_report(std::move(words));
  return report.at("server").at("cpu_seconds_per_1000_events").to_number<double>();
}

/// The cost with `many` divided by that with `few`, each the least of three runs.
double growth(const std::function<double(const char*)>& cost_with, const char* few,
              const char* many) {
  auto cheap = std::numeric_limits<double>::max();
  auto dear = cheap;
  for (int i = 0; i < 3; ++i) {
    cheap = std::min(cheap, cost_with(few));
    dear = std::min(dear, cost_with(many));
  }
  testing::Test::RecordProperty("ratio", std::to_string(dear / cheap));
  return dear / cheap;
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
  auto cost_with = [](const char* customers) {
    return cost_in({"run", "--scenario", "customers", "--customers", customers, "--events", "3000",
                    "--connections", "32"});
  };
  EXPECT_LT(growth(cost_with, "1000", "30000"), 1.5);
}

TEST(cost, of_an_event_does_not_grow_with_what_waits_for_others) {
  auto cost_beside = [](const char* pending) {
    return cost_in({"run", "--scenario", "pending", "--pending", pending, "--events", "3000",
                    "--connections", "32"});
  };
  EXPECT_LT(growth(cost_beside, "1000", "30000"), 1.5);
}

/// The backlog is on disk, so that a longer one costs no more for each event.
TEST(cost, of_an_event_does_not_grow_with_what_waits_before_it) {
  auto cost_behind = [](const char* events) {
    return cost_in({"run", "--scenario", "backlog", "--events", events});
  };
  EXPECT_LT(growth(cost_behind, "2000", "20000"), 1.5);
}

} // namespace tocsin::bench
