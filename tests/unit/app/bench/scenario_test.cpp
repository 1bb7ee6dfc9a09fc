#include "app/bench/scenario/customers.hpp"
#include "app/bench/scenario/scenarios.hpp"
#include "storage/repositories/recipient_repository.hpp"
#include "storage/upkeep/open_environment.hpp"
#include "tests/support/fake_api/fake_tocsind.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/unit/app/bench/bench_program.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace tocsin::bench {

namespace {

using cli::exit_code;

} // namespace

TEST(bench_scenario, is_overridden_by_flags_that_are_given_wherever_they_stand) {
  tests::fake_tocsind server;
  for (bool comes_last : {false, true}) {
    std::vector<std::string> words{"run",  "--url",           server.url(), "--token",
                                   "tk",   "--events",        "1500",       "--format",
                                   "json", "--drain-seconds", "1",          "--connections",
                                   "2"};
    std::vector<std::string> scenario{"--scenario", "burst"};
    words.insert(comes_last ? words.end() : words.begin() + 1, scenario.begin(), scenario.end());
    auto result = run_program(words);
    ASSERT_EQ(result.code, exit_code::ok) << result.err;
    auto report = boost::json::parse(result.out);
    EXPECT_EQ(report.at("load").at("batch").to_number<int>(), 1000);
    EXPECT_EQ(report.at("load").at("connections").to_number<int>(), 2);
    EXPECT_EQ(report.at("events").at("delivered").to_number<int>(), 1500);
  }
}

TEST(bench_scenario, has_a_channel_for_each_copy_of_an_event) {
  tests::fake_tocsind server;
  run_program({"run", "--scenario", "noisy", "--channels", "3", "--events", "1", "--url",
               server.url(), "--token", "tk", "--drain-seconds", "0"});
  std::vector<std::string> urls;
  for (const auto& x : server.other_requests())
    if (x.method == "POST")
      urls.emplace_back(boost::json::parse(x.body).at("settings").at("url").as_string().c_str());
  ASSERT_EQ(urls.size(), 4u);
  EXPECT_EQ(urls[0], "http://127.0.0.1:1/");
  EXPECT_EQ(urls[1], urls[3]);
  EXPECT_NE(urls[1], urls[0]);
}

TEST(bench_scenario, needs_a_service_of_its_own_where_it_prepares_something) {
  tests::fake_tocsind server;
  for (const auto* flag : {"--customers", "--load-share", "--kill-after", "--pending"})
    EXPECT_EQ(run_program({"run", "--url", server.url(), "--token", "tk", flag, "1"}).code,
              exit_code::usage)
      << flag;
  for (const auto* name : {"customers", "steady", "restart", "pending"}) {
    auto result = run_program({"run", "--url", server.url(), "--token", "tk", "--scenario", name});
    EXPECT_EQ(result.code, exit_code::usage) << name;
    EXPECT_THAT(result.err, testing::HasSubstr("--spawn")) << name;
  }
  EXPECT_EQ(run_program({"run", "--scenario", "quiet"}).code, exit_code::usage);
}

TEST(bench_scenario, kills_only_what_has_more_to_do_and_comes_back_where_it_was) {
  std::vector<std::string> words{"run", "--scenario", "restart", "--spawn", "/bin/false"};
  auto too_late = words;
  too_late.insert(too_late.end(), {"--events", "1000"});
  auto result = run_program(too_late);
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err, testing::HasSubstr("--events 1000"));
  words.insert(words.end(), {"--via", "caf"});
  EXPECT_EQ(run_program(words).code, exit_code::usage);
}

TEST(bench_scenario, stores_customers_that_the_events_concern) {
  temporary_directory directory;
  run_mark mark{"1a2b3c4d"};
  ASSERT_TRUE(store_customers(directory.path() / "data", mark, 12));
  storage::environment::options options;
  options.directory = directory.path() / "data";
  auto env = storage::open_environment(options);
  ASSERT_TRUE(env);
  auto tx = (*env)->read();
  ASSERT_TRUE(tx);
  storage::recipient_repository recipients{*tx};
  auto last = recipients.find_customer(customer_name(11));
  ASSERT_TRUE(last && *last);
  EXPECT_TRUE((*last)->portal_enabled);
  EXPECT_EQ((*last)->services, std::vector<std::string>{mark.service()});
  auto wishes = recipients.find_preference((*last)->id);
  EXPECT_TRUE(wishes && *wishes);
  auto beyond = recipients.find_customer(customer_name(12));
  EXPECT_TRUE(beyond && !*beyond);
}

} // namespace tocsin::bench
