#include "tests/support/fake_api/fake_tocsind.hpp"
#include "tests/unit/app/bench/bench_program.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace tocsin::bench {

namespace {

using cli::exit_code;
using testing::HasSubstr;

program_result run_bench(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "run");
  return run_program(arguments);
}

/// Runs against a server of the test's own and gives the code and the JSON report.
std::pair<exit_code, boost::json::value> report_of(const std::string& url,
                                                   std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--url", url, "--token", "tk", "--format", "json",
                                     "--connections", "4", "--drain-seconds", "1"});
  auto result = run_bench(arguments);
  boost::system::error_code error;
  auto report = boost::json::parse(result.out, error);
  EXPECT_FALSE(error) << result.out << result.err;
  return {result.code, report};
}

int64_t count(const boost::json::value& report, const char* name) {
  return report.at("events").at(name).to_number<int64_t>();
}

} // namespace

TEST(bench_run, sees_every_event_arrive) {
  tests::fake_tocsind server;
  auto [code, report] = report_of(server.url(), {"--events", "500"});
  EXPECT_EQ(code, exit_code::ok);
  EXPECT_EQ(count(report, "accepted"), 500);
  EXPECT_EQ(count(report, "delivered"), 500);
  EXPECT_EQ(count(report, "missing"), 0);
  EXPECT_EQ(count(report, "duplicates"), 0);
  EXPECT_EQ(report.at("deliveries_promised").to_number<int64_t>(), 500);
  EXPECT_GT(report.at("accepted_per_second").to_number<double>(), 0);
  EXPECT_GT(report.at("latency_ms").at("accept").at("p50").to_number<double>(), 0);
}

TEST(bench_run, sends_batches_and_a_smaller_last_one) {
  tests::fake_tocsind server;
  auto [code, report] = report_of(server.url(), {"--events", "1050", "--batch", "100"});
  EXPECT_EQ(code, exit_code::ok);
  EXPECT_EQ(count(report, "delivered"), 1050);
}

TEST(bench_run, makes_a_channel_of_its_own_and_removes_it) {
  tests::fake_tocsind server;
  report_of(server.url(), {"--events", "1"});
  auto requests = server.other_requests();
  ASSERT_EQ(requests.size(), 2u);
  auto channel = boost::json::parse(requests[0].body);
  EXPECT_EQ(channel.at("type").as_string(), "webhook");
  EXPECT_EQ(channel.at("filters").at("services").at("include").as_array().size(), 1u);
  EXPECT_EQ(channel.at("triggers"), boost::json::parse(R"({"service.started":{"on":true}})"));
  EXPECT_EQ(requests[1].method, "DELETE");
  EXPECT_EQ(requests[1].target, "/api/v1/channels/C1");
}

TEST(bench_run, fails_when_an_accepted_event_never_arrives) {
  tests::fake_tocsind server{{.lose_every = 50}};
  auto [code, report] = report_of(server.url(), {"--events", "200"});
  EXPECT_EQ(code, exit_code::not_delivered);
  EXPECT_EQ(count(report, "missing"), 4);
  EXPECT_EQ(count(report, "delivered"), 196);
}

TEST(bench_run, counts_repeats) {
  tests::fake_tocsind server{{.repeat_every = 50}};
  auto [code, report] = report_of(server.url(), {"--events", "200"});
  EXPECT_EQ(code, exit_code::ok);
  EXPECT_EQ(count(report, "duplicates"), 4);
}

TEST(bench_run, fails_when_a_refused_event_arrives) {
  tests::fake_tocsind server{{.refuse_every = 50}};
  auto [code, report] = report_of(server.url(), {"--events", "200"});
  EXPECT_EQ(code, exit_code::not_delivered);
  EXPECT_EQ(count(report, "refused"), 4);
  EXPECT_EQ(count(report, "unexpected"), 4);
  EXPECT_EQ(report.at("refused_by_reason").at("429").to_number<int64_t>(), 4);
}

TEST(bench_run, goes_on_after_passing_refusals) {
  tests::fake_tocsind server{{.turn_away_every = 50}};
  auto [code, report] = report_of(server.url(), {"--events", "200"});
  EXPECT_EQ(code, exit_code::ok);
  EXPECT_EQ(count(report, "offered"), 200);
  EXPECT_EQ(count(report, "accepted"), 196);
}

TEST(bench_run, ends_when_events_are_not_wanted_at_all) {
  tests::fake_tocsind server{{.refusal = 422, .turn_away_every = 1}};
  auto [code, report] = report_of(server.url(), {"--events", "100000"});
  EXPECT_EQ(code, exit_code::refused);
  EXPECT_LE(count(report, "offered"), 100);
  EXPECT_THAT(std::string{report.at("stopped_because").as_string().c_str()}, HasSubstr("422"));
}

TEST(bench_run, keeps_to_a_rate_and_a_duration) {
  tests::fake_tocsind server;
  auto [code, report] = report_of(server.url(), {"--duration", "0.5", "--rate", "400"});
  EXPECT_EQ(code, exit_code::ok);
  EXPECT_EQ(count(report, "accepted"), 200);
}

TEST(bench_run, prints_a_table_for_people) {
  tests::fake_tocsind server;
  auto result = run_bench({"--url", server.url(), "--token", "tk", "--events", "20", "--pid",
                           std::to_string(::getpid())});
  EXPECT_EQ(result.code, exit_code::ok);
  for (const auto* expected : {"accepted/s", "delivered/s", "p99.9", "accept to delivery",
                               "server CPU s per 1,000 events", "server peak RSS MiB"})
    EXPECT_THAT(result.out, HasSubstr(expected));
}

TEST(bench_run, says_that_its_output_cannot_be_written) {
  struct full_disk : std::streambuf {
  } full;
  std::ostream out{&full};
  auto lost = run_with_output({"--version"}, out);
  EXPECT_EQ(lost.code, exit_code::output_lost);
  EXPECT_EQ(lost.err, "tocsin-bench: the output cannot be written\n");
}

TEST(bench_run, tells_a_wrong_token_and_an_absent_server_apart) {
  tests::fake_tocsind server;
  EXPECT_EQ(run_bench({"--url", server.url(), "--events", "1"}).code, exit_code::unauthorized);
  EXPECT_EQ(run_bench({"--url", "http://127.0.0.1:1", "--events", "1"}).code,
            exit_code::unreachable);
  EXPECT_EQ(run_bench({"--url", "https://127.0.0.1:1"}).code, exit_code::usage);
  EXPECT_EQ(run_bench({"--batch", "1001"}).code, exit_code::usage);
}

TEST(bench_run, takes_no_option_for_the_value_of_another) {
  auto result = run_bench({"--token=", "--help"});
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err, HasSubstr("--token= has no value"));
}

TEST(bench_run, needs_to_know_the_caf_door_and_what_lets_a_panel_in) {
  tests::fake_tocsind server;
  auto run_caf = [&](const std::string& gate) {
    return run_bench({"--url", server.url(), "--token", "tk", "--via", "caf", "--gate", gate,
                      "--authority", "/no/such", "--certificate", "/no/such", "--key", "/no/such"});
  };
  for (const auto* gate : {"", "nowhere", ":8421", "host:", "host:0", "host:x", "host:99999"}) {
    auto result = run_caf(gate);
    EXPECT_EQ(result.code, exit_code::usage);
    EXPECT_THAT(result.err, HasSubstr("HOST:PORT")) << gate;
  }
  auto result = run_caf("127.0.0.1:8421");
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err, HasSubstr("cannot read an authority from /no/such"));
  EXPECT_EQ(run_bench({"--via", "caf", "--gate", "127.0.0.1:8421"}).code, exit_code::usage);
  EXPECT_TRUE(server.other_requests().empty()) << "it made a channel that it cannot use";
}

} // namespace tocsin::bench
