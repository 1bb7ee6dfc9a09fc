#include "app/cli/stats_watch.hpp"
#include "tests/unit/app/cli/command_fixture.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin::cli {

namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string stats(int uptime, int handled, int busy_us, int sent) {
  return fmt::format(
    R"({{"version":"0.1.0","uptime_seconds":{},"actors":[{{"name":"tocsin.ingress","instances":1,)"
    R"("mailbox_depth":3,"messages_handled":{},"restarts":0,"busy_us":{}}}],"channels":[)"
    R"({{"channel":"C1","name":"ops","type":"slack","sent":{},"failed":1,"retried":2,"in_flight":0,)"
    R"("pending":5,"restarts":0,"parked":false,"breaker":"closed","latency_p50_ms":0.5,)"
    R"("latency_p99_ms":9.25}}]}})",
    uptime, handled, busy_us, sent);
}

class stats_watch_test : public command_test {
protected:
  void answer_stats(const std::string& body) { answer("GET /stats/actors", 200, body); }
};

} // namespace

TEST_F(stats_watch_test, shows_what_happened_per_second_between_two_looks) {
  answer_stats(stats(10, 100, 1'000'000, 40));
  answer_stats(stats(14, 300, 1'400'000, 48));
  rests_ = 1;
  auto result = run({"stats", "--watch", "--interval", "4"});
  EXPECT_EQ(result.code, exit_code::ok);
  EXPECT_EQ(
    result.out,
    "tocsind 0.1.0, up 10 s\n"
    "\n"
    "ACTOR           ALIVE  MAILBOX  HANDLED/S  BUSY %  RESTARTS\n"
    "tocsin.ingress      1        3          -       -         0\n"
    "\n"
    "CHANNEL  TYPE   SENT/S  FAILED/S  RETRIED/S  IN FLIGHT  PENDING  PARKED  BREAKER  P50 MS  "
    "P99 MS\n"
    "ops      slack       -         -          -          0        5  no      closed     0.50  "
    "  9.25\n"
    "\n"
    "tocsind 0.1.0, up 14 s\n"
    "\n"
    "ACTOR           ALIVE  MAILBOX  HANDLED/S  BUSY %  RESTARTS\n"
    "tocsin.ingress      1        3       50.0    10.0         0\n"
    "\n"
    "CHANNEL  TYPE   SENT/S  FAILED/S  RETRIED/S  IN FLIGHT  PENDING  PARKED  BREAKER  P50 MS  "
    "P99 MS\n"
    "ops      slack     2.0       0.0        0.0          0        5  no      closed     0.50  "
    "  9.25\n"
    "\n");
}

TEST_F(stats_watch_test, shows_the_pause_and_the_storage) {
  auto body = stats(10, 100, 0, 0);
  body.pop_back();
  answer_stats(body + R"(,"pause":{"until":"2026-03-29T16:00:00Z"},"storage":{"file_bytes":4096,)"
               + R"("map_limit_bytes":4096,"live_bytes":4096,"disk_free_bytes":4096,)"
               + R"("room_bytes":1048576,"growth":{"last_hour":null,"last_day":null},)"
               + R"("records":{"events":7}}})");
  rests_ = 0;
  auto text = run({"stats", "--watch"}).out;
  EXPECT_THAT(text, StartsWith("tocsind 0.1.0, up 10 s\n"
                               "all deliveries are paused until 2026-03-29T16:00:00Z\n\n"));
  EXPECT_THAT(text, HasSubstr("can still be stored  1.0 MiB\n"));
  EXPECT_THAT(text, HasSubstr("events        7\n"));
}

TEST_F(stats_watch_test, draws_over_the_look_before_on_a_terminal) {
  answer_stats(stats(10, 100, 0, 0));
  rests_ = 2;
  is_terminal_ = true;
  auto text = run({"stats", "--watch"}).out;
  std::string_view look = "\x1b[H\x1b[2Jtocsind 0.1.0, up 10 s\n";
  EXPECT_THAT(text, StartsWith(std::string{look}));
  auto count = 0;
  for (auto at = text.find(look); at != text.npos; at = text.find(look, at + 1))
    ++count;
  EXPECT_EQ(count, 3);
}

TEST_F(stats_watch_test, ends_when_its_output_is_lost) {
  answer_stats(stats(10, 100, 0, 0));
  rests_ = 3;
  struct full_disk : std::streambuf {
  } full;
  std::ostream out{&full};
  EXPECT_EQ(run_with_output({"stats", "--watch"}, out).code, exit_code::output_lost);
  EXPECT_EQ(asked().size(), 1u);
}

TEST_F(stats_watch_test, has_no_rates_across_a_restart_of_the_service) {
  answer_stats(stats(100, 300, 0, 40));
  answer_stats(stats(1, 400, 0, 50));
  rests_ = 1;
  EXPECT_THAT(run({"stats", "--watch"}).out, Not(HasSubstr("50.0")));
}

TEST_F(stats_watch_test, waits_for_a_service_that_went_away_and_not_for_one_that_never_was) {
  answer_stats(stats(10, 100, 0, 0));
  answer("GET /stats/actors", 200, "not JSON, as of something else that answers meanwhile");
  answer_stats(stats(12, 140, 0, 0));
  rests_ = 2;
  auto result = run({"stats", "--watch", "--interval", "1"});
  EXPECT_EQ(result.code, exit_code::ok);
  EXPECT_THAT(result.err, HasSubstr("is not Tocsin"));
  // Over the two seconds since the last answer.
  EXPECT_THAT(result.out, HasSubstr("20.0"));
  environment_["TOCSIN_URL"] = "http://127.0.0.1:1";
  EXPECT_EQ(run({"stats", "--watch"}).code, exit_code::unreachable);
}

TEST_F(stats_watch_test, ends_when_it_is_not_allowed_any_more) {
  answer_stats(stats(10, 100, 0, 0));
  answer("GET /stats/actors", 401, R"({"title":"no","status":401,"code":"unauthorized"})");
  rests_ = 5;
  EXPECT_EQ(run({"stats", "--watch"}).code, exit_code::unauthorized);
  EXPECT_EQ(asked().size(), 2u);
}

TEST_F(stats_watch_test, gives_programs_the_answers_as_they_are) {
  answer_stats(stats(10, 100, 0, 0));
  rests_ = 1;
  auto result = run({"--format", "json", "stats", "--watch"});
  EXPECT_THAT(result.out, StartsWith("{\n  \"version\": \"0.1.0\""));
  EXPECT_THAT(result.out, Not(HasSubstr("per_second")));
}

TEST_F(stats_watch_test, takes_an_interval_with_it_alone) {
  EXPECT_EQ(run({"stats", "--interval", "1"}).code, exit_code::usage);
  EXPECT_EQ(run({"stats", "--watch", "--interval", "0"}).code, exit_code::usage);
}

} // namespace tocsin::cli
