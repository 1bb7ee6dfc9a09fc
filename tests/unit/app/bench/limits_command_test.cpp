#include "tests/support/fake_api/fake_tocsind.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/app/bench/bench_program.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>

namespace tocsin::bench {

namespace {

using cli::exit_code;
using testing::HasSubstr;

/// A shell script that plays a tocsind whose API is at `url`.
std::string server_script(const std::string& url) {
  return fmt::format(R"(#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in --data-dir) data=$2;; --ready-file) ready=$2;; esac
  shift
done
mkdir "$data"
echo sesame > "$data/initial-admin-token"
echo '{{"pid":1,"port":7,"url":"{}"}}' > "$ready.new"
mv "$ready.new" "$ready"
exec sleep 600
)",
                     url);
}

class bench_limits : public ::testing::Test {
protected:
  bench_limits() { std::filesystem::create_directory(scratch()); }

  std::filesystem::path scratch() const { return directory_.path() / "scratch"; }

  /// Runs `limits` with little of everything.
  program_result run_limits(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"limits", "--seconds", "0.1", "--connections", "8",
                                         "--scratch", scratch().string()});
    return run_program(arguments);
  }

  std::string server(const std::string& url) {
    auto path = directory_.path() / "server";
    std::ofstream{path} << server_script(url);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path.string();
  }

  temporary_directory directory_;
};

int64_t count(const boost::json::value& x, const char* name) {
  return x.at(name).to_number<int64_t>();
}

} // namespace

TEST_F(bench_limits, reports_all_stages_as_json) {
  auto result = run_limits({"--format", "json"});
  ASSERT_EQ(result.code, exit_code::ok) << result.err;
  auto report = boost::json::parse(result.out);
  EXPECT_EQ(count(report, "connections"), 8);
  EXPECT_EQ(count(report, "event_bytes"), 500);
  EXPECT_EQ(report.at("seconds").to_number<double>(), 0.1);
  std::vector<int64_t> batches;
  for (const auto& x : report.at("commits").as_array()) {
    batches.push_back(count(x, "batch"));
    EXPECT_EQ(count(x, "records"), count(x, "batch") * count(x, "commits"));
    EXPECT_GT(x.at("records_per_second").to_number<double>(), 0);
    EXPECT_GT(x.at("commits_per_second").to_number<double>(), 0);
    EXPECT_LE(x.at("commit_ms").at("p50").to_number<double>(),
              x.at("commit_ms").at("p99").to_number<double>());
  }
  EXPECT_EQ(batches, (std::vector<int64_t>{1, 64, 256, 1024}));
  EXPECT_EQ(count(report.at("door"), "accepted"), count(report.at("door"), "offered"));
  EXPECT_EQ(count(report.at("poster"), "arrived"), count(report.at("poster"), "posted"));
  const auto& chain = report.at("chain");
  EXPECT_EQ(count(chain.at("events"), "delivered"), count(chain, "records"));
  EXPECT_EQ(count(chain, "posted"), count(chain, "records"));
  EXPECT_GE(count(chain, "records"), count(chain, "commits"));
  for (const auto* stage : {"door", "chain"}) {
    EXPECT_GT(report.at(stage).at("accepted_per_second").to_number<double>(), 0) << stage;
    EXPECT_GT(report.at(stage).at("accept_ms").at("p50").to_number<double>(), 0) << stage;
  }
  for (const auto* stage : {"poster", "chain"})
    EXPECT_GT(report.at(stage).at("delivered_per_second").to_number<double>(), 0) << stage;
  for (const auto* stage : {"door", "poster", "chain"})
    EXPECT_GT(report.at(stage).at("cpu_us_per_event").to_number<double>(), 0) << stage;
  EXPECT_TRUE(report.at("service").is_null());
  EXPECT_TRUE(report.at("aims").as_object().empty());
  EXPECT_TRUE(std::filesystem::is_empty(scratch()));
}

TEST_F(bench_limits, compares_a_service_with_the_chain) {
  tests::fake_tocsind api;
  auto result = run_limits({"--spawn", server(api.url()), "--format", "json"});
  ASSERT_EQ(result.code, exit_code::ok) << result.err;
  auto report = boost::json::parse(result.out);
  const auto& service = report.at("service");
  EXPECT_GT(count(service.at("events"), "delivered"), 0);
  EXPECT_EQ(count(service.at("events"), "delivered"), count(service.at("events"), "offered"));
  auto rate
    = [](const boost::json::value& x) { return x.at("delivered_per_second").to_number<double>(); };
  EXPECT_NEAR(rate(service.at("ratio_to_chain")), rate(service) / rate(report.at("chain")), 0.01);
  for (const auto* name : {"accepted_per_second", "cpu_us_per_event", "accept_ms"})
    EXPECT_TRUE(service.at("ratio_to_chain").as_object().contains(name)) << name;
  const auto& aims = report.at("aims");
  EXPECT_NEAR(aims.at("delivered_of_chain").at("reached").to_number<double>(),
              rate(service.at("ratio_to_chain")), 0.01);
  EXPECT_GT(aims.at("one_sender_p50_of_commit").at("reached").to_number<double>(), 0);
  EXPECT_GT(aims.at("steady_delivery_p50_ms").at("reached").to_number<double>(), 0);
  EXPECT_FALSE(aims.as_object().contains("crowd_p99_of_commit")) << "it stores nothing";
  EXPECT_TRUE(std::filesystem::is_empty(scratch()));
}

TEST_F(bench_limits, fails_when_the_service_loses_an_event) {
  tests::fake_tocsind losing{{.refuse_every = 3}};
  EXPECT_EQ(run_limits({"--spawn", server(losing.url())}).code, exit_code::not_delivered);
}

TEST_F(bench_limits, prints_tables_for_people) {
  tests::fake_tocsind api;
  auto result = run_limits({"--spawn", server(api.url())});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  for (const auto* expected :
       {"records per commit", "1024", "202 without work", "post to the sink", "chain of the three",
        "tocsind / chain", "CPU us per event", "wanted", "accept p50 of one sender",
        "8 connections, events of 500 bytes, 0.1 s"})
    EXPECT_THAT(result.out, HasSubstr(expected));
}

TEST_F(bench_limits, needs_a_place_and_sensible_numbers) {
  EXPECT_EQ(run_program({"limits", "--scratch", "/no/such"}).code, exit_code::usage);
  EXPECT_EQ(run_program({"limits", "--seconds", "0"}).code, exit_code::usage);
  EXPECT_EQ(run_program({"limits", "--connections", "0"}).code, exit_code::usage);
  EXPECT_EQ(run_program({"limits", "--set", "actors.threads=2"}).code, exit_code::usage);
  auto broken = run_limits({"--spawn", "/bin/false"});
  EXPECT_EQ(broken.code, exit_code::unreachable);
  EXPECT_THAT(broken.err, HasSubstr("ended at once"));
  EXPECT_THAT(broken.out, HasSubstr("chain of the three")) << "the stages were measured";
}

} // namespace tocsin::bench
