#include "app/bench/limits/bare_chain.hpp"
#include "tests/support/fake_api/fake_api.hpp"
#include "tests/support/reserved_port.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/app/bench/bench_program.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <unistd.h>

namespace tocsin::bench {

namespace {

using cli::exit_code;
using testing::HasSubstr;

/// Offers 200 events to what takes them at `url` and posts them to `sink`.
program_result run_peer(const std::string& url, const reserved_port& sink,
                        std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {"peer", "--url", url, "--sink-port", std::to_string(sink.number()), "--events",
                    "200", "--connections", "4", "--format", "json"});
  return run_program(arguments);
}

int64_t event_count(const boost::json::value& report, const char* name) {
  return report.at("events").at(name).to_number<int64_t>();
}

std::string url_of(const reserved_port& sink) {
  return fmt::format("http://127.0.0.1:{}/", sink.number());
}

} // namespace

TEST(bench_peer, sees_every_event_come_from_another_program) {
  reserved_port sink;
  temporary_directory directory;
  auto chain = bare_chain::open(directory.path());
  ASSERT_TRUE(chain) << chain.error().detail;
  (*chain)->start(url_of(sink), 4);
  auto url = fmt::format("http://127.0.0.1:{}", (*chain)->endpoint().port());
  auto self = std::to_string(::getpid());
  auto result = run_peer(url, sink, {"--pid", self, "--pid", self});
  ASSERT_EQ(result.code, exit_code::ok) << result.err;
  auto report = boost::json::parse(result.out);
  EXPECT_EQ(event_count(report, "accepted"), 200);
  EXPECT_EQ(event_count(report, "delivered"), 200);
  EXPECT_GT(report.at("server").at("cpu_seconds_per_1000_events").to_number<double>(), 0);
  EXPECT_GT(report.at("server").at("peak_rss_bytes").to_number<int64_t>(), 0);
}

TEST(bench_peer, speaks_to_an_alertmanager) {
  reserved_port sink;
  bare_poster poster{url_of(sink), 4, [](bare_poster&, bool) {}};
  tests::fake_api alertmanager{[&](const tests::fake_request& request) {
    if (request.target != "/api/v2/alerts")
      return tests::fake_reply{404, ""};
    std::vector<std::string> bodies;
    auto alerts = boost::json::parse(request.body);
    for (const auto& alert : alerts.as_array())
      bodies.push_back(boost::json::serialize(alert.at("labels")));
    poster.submit(std::move(bodies));
    return tests::fake_reply{200, ""};
  }};
  auto result = run_peer(alertmanager.url(), sink, {"--api", "alertmanager", "--batch", "7"});
  ASSERT_EQ(result.code, exit_code::ok) << result.err;
  auto report = boost::json::parse(result.out);
  EXPECT_EQ(event_count(report, "accepted"), 200);
  EXPECT_EQ(event_count(report, "delivered"), 200);
  EXPECT_TRUE(report.at("server").at("peak_rss_bytes").is_null());
}

TEST(bench_peer, says_that_the_port_of_its_sink_is_taken) {
  temporary_directory directory;
  auto chain = bare_chain::open(directory.path());
  ASSERT_TRUE(chain) << chain.error().detail;
  auto taken = std::to_string((*chain)->endpoint().port());
  auto result = run_program({"peer", "--url", "http://127.0.0.1:1", "--sink-port", taken});
  EXPECT_EQ(result.code, exit_code::unreachable);
  EXPECT_THAT(result.err, HasSubstr("port " + taken + " of the sink"));
}

} // namespace tocsin::bench
