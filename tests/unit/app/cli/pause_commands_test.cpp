#include "messages/timestamp.hpp"
#include "tests/unit/app/cli/command_fixture.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace tocsin::cli {

namespace {

using namespace std::chrono_literals;
using testing::ContainsRegex;
using testing::HasSubstr;

using pause_commands_test = command_test;

constexpr auto paused
  = R"({"pause":{"until":"2026-03-29T16:00:00Z","reason":"the server moves",)"
    R"("since":"2026-03-29T14:00:00Z","author":{"kind":"admin","id":"ops","name":null}}})";

TEST_F(pause_commands_test, pauses_until_an_instant_and_shows_what_holds) {
  answer("PUT /pause", 200, paused);
  auto result = run({"pause", "--until", "2026-03-29T16:00:00Z", "--reason", "the server moves"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(api_.requests().back().body,
            R"({"until":"2026-03-29T16:00:00Z","reason":"the server moves"})");
  EXPECT_THAT(result.out, HasSubstr("2026-03-29T16:00:00Z"));
  EXPECT_THAT(result.out, HasSubstr("admin ops"));
}

TEST_F(pause_commands_test, pauses_for_a_length_of_time) {
  answer("PUT /pause", 200, paused);
  auto before = system_wall_clock()();
  EXPECT_EQ(run({"pause", "--for", "90m"}).code, exit_code::ok);
  auto after = system_wall_clock()();
  auto body = boost::json::parse(api_.requests().back().body);
  auto until = parse_rfc3339(std::string{body.at("until").as_string()});
  ASSERT_TRUE(until);
  EXPECT_GE(*until, before + 90min);
  EXPECT_LE(*until, after + 90min);
  EXPECT_FALSE(body.as_object().contains("reason"));
}

TEST_F(pause_commands_test, tells_whether_deliveries_are_paused) {
  answer("GET /pause", 200, paused);
  answer("GET /pause", 200, R"({"pause":null})");
  EXPECT_THAT(run({"pause"}).out, HasSubstr("the server moves"));
  EXPECT_EQ(run({"pause"}).out, "deliveries are not paused\n");
}

TEST_F(pause_commands_test, knows_a_length_from_a_word_and_wants_one) {
  auto result = run({"pause", "--for", "long"});
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err, HasSubstr("--for expects a duration"));
  EXPECT_EQ(run({"pause", "--reason", "x"}).code, exit_code::usage);
  EXPECT_EQ(run({"pause", "--for", "1h", "--until", "2026-03-29T16:00:00Z"}).code,
            exit_code::usage);
  EXPECT_TRUE(api_.requests().empty());
}

TEST_F(pause_commands_test, ends_the_pause) {
  answer("DELETE /pause", 204, "");
  auto result = run({"resume"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(result.out, "deliveries go out\n");
}

TEST_F(pause_commands_test, the_figures_tell_of_the_storage_and_the_pause) {
  answer("GET /stats/actors", 200,
         R"({"version":"1","uptime_seconds":7,"actors":[],"channels":[],"certificates":[],)"
         R"("storage":{"file_bytes":1048576,"map_bytes":1,"map_limit_bytes":1073741824,)"
         R"("live_bytes":524288,"reusable_bytes":2048,"disk_free_bytes":3145728,)"
         R"("room_bytes":2097152,)"
         R"("records":{"events":12,"deliveries":34},)"
         R"("growth":{"last_hour":{"since":"2026-03-29T14:00:00Z","bytes":1024,)"
         R"("bytes_per_day":24576},"last_day":null}},)"
         R"("retention":{"event_seconds":1,"audit_seconds":1,"reserve_bytes":1},)"
         R"("pause":{"until":"2026-03-29T16:00:00Z","reason":null,"since":"s","author":{}}})");
  auto out = run({"stats"}).out;
  for (auto text : {"paused until 2026-03-29T16:00:00Z", "1.0 MiB", "512.0 KiB", "1.0 GiB",
                    "24.0 KiB a day, since 2026-03-29T14:00:00Z", "events", "12", "34"})
    EXPECT_THAT(out, HasSubstr(text));
  EXPECT_THAT(out, ContainsRegex("can still be stored +2.0 MiB"));
}

} // namespace

} // namespace tocsin::cli
