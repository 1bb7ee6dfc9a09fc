#include "app/cli/doctor/checks.hpp"
#include "tests/unit/app/cli/command_fixture.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sys/stat.h>

namespace tocsin::cli {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class doctor_test : public command_test {
protected:
  /// A service in which all is well, but for what was answered before.
  void be_well(const std::string& figures
               = stats("", R"({"role":"own","name":"n","expires_at":"2999-01-01T00:00:00Z"})")) {
    answer("GET /readyz", 200, R"({"status":"ok"})");
    answer("GET /event-types", 200, R"({"data":[]})");
    answer("GET /deliveries?limit=1&text=x", 403, "{}");
    answer("POST /channels/preview", 403, "{}");
    answer("POST /events", 422, "{}");
    answer("GET /stats/actors", 200, figures);
    answer("GET /admins?limit=250", 200, R"({"data":[{"name":"ops"}],"next_cursor":null})");
    answer(
      "GET /channels?limit=250", 200,
      R"({"data":[{"id":"C1","name":"a","owner":"admin/ops","enabled":true,"disabled_reason":null}],
              "next_cursor":null})");
    answer("GET /dead-letters/groups?limit=250", 200, R"({"data":[],"next_cursor":null})");
  }

  static std::string stats(const std::string& channels, const std::string& certificates) {
    return fmt::format(R"({{"version":"{}","channels":[{}],"certificates":[{}]}})", TOCSIN_VERSION,
                       channels, certificates);
  }

  /// The result and the words of a check.
  std::string found(const std::string& check) {
    auto result = run({"doctor", "--format", "json", "--data-dir", directory_.path().string()});
    code_ = result.code;
    auto value = boost::json::parse(result.out);
    for (auto& x : value.at("checks").as_array())
      if (x.at("check").as_string() == check)
        return std::string{x.at("result").as_string()} + ": "
               + std::string{x.at("detail").as_string()};
    return "not looked at";
  }

  exit_code code_ = exit_code::ok;
};

} // namespace

TEST_F(doctor_test, finds_nothing_where_all_is_well) {
  be_well();
  auto result = run({"doctor"});
  EXPECT_EQ(result.code, exit_code::ok) << result.out << result.err;
  EXPECT_THAT(result.out, Not(HasSubstr("fail")));
  EXPECT_THAT(result.out, Not(HasSubstr("warn")));
  EXPECT_THAT(result.out, HasSubstr("has the scopes read, events:write, stats"));
  EXPECT_EQ(result.err, "");
}

TEST_F(doctor_test, says_that_nothing_answers) {
  environment_["TOCSIN_URL"] = "http://127.0.0.1:1";
  EXPECT_THAT(found("service"), HasSubstr("fail: no answer from http://127.0.0.1:1"));
  EXPECT_EQ(code_, exit_code::refused);
  EXPECT_EQ(found("token"), "not looked at");
}

TEST_F(doctor_test, says_that_no_events_are_taken) {
  answer("GET /readyz", 503, "{}");
  be_well();
  EXPECT_EQ(found("service"), "fail: answers, but accepts no new events");
}

TEST_F(doctor_test, says_why_no_events_are_taken) {
  answer("GET /readyz", 503, R"({"code":"storage_io","detail":"the disk takes no writes"})");
  be_well();
  EXPECT_EQ(found("service"), "fail: answers, but accepts no new events: the disk takes no writes");
}

TEST_F(doctor_test, knows_a_stranger_and_another_service) {
  answer("GET /readyz", 200, "{}");
  answer("GET /event-types", 401, "{}");
  EXPECT_THAT(found("token"), HasSubstr("fail: it is missing"));
  EXPECT_EQ(found("channels"), "not looked at");
}

TEST_F(doctor_test, says_what_it_cannot_look_at_with_this_token) {
  answer("GET /stats/actors", 403, "{}");
  be_well();
  EXPECT_THAT(found("token"), HasSubstr("warn: has the scopes read, events:write; not checked: "
                                        "the version, breakers"));
  EXPECT_EQ(code_, exit_code::ok);
}

TEST_F(doctor_test, names_channels_that_do_not_work) {
  auto broken = stats(R"({"channel":"C1","name":"a","parked":true,"breaker":"open","pending":7})",
                      R"({"role":"panel","name":"p","expires_at":"2001-01-01T00:00:00Z"})");
  // The first is for the token's scope.
  answer("GET /stats/actors", 200, broken);
  answer("GET /admins?limit=250", 200,
         R"({"data":[{"name":"ops"},{"name":"b"}],"next_cursor":null})");
  answer("GET /channels?limit=250", 200,
         R"({"data":[{"id":"C1","name":"a","owner":"admin/ops","enabled":false,
            "disabled_reason":"404 gone"}],"next_cursor":null})");
  answer("GET /dead-letters/groups?limit=250", 200,
         R"({"data":[{"count":3},{"count":4}],"next_cursor":null})");
  answer("GET /readyz", 200, "{}");
  answer("GET /event-types", 200, "{}");
  auto result = run({"doctor"});
  EXPECT_EQ(result.code, exit_code::refused);
  for (auto text : {"is parked: it cannot be started", "its circuit breaker is open, 7 deliveries",
                    "CAF door: panel p", "expired on 2001-01-01",
                    "the service has disabled it: 404 gone", "'tocsin channel enable C1'",
                    "admin/b", "no problem is reported to anybody", "7 wait, in 2 groups"})
    EXPECT_THAT(result.out, HasSubstr(text));
}

TEST_F(doctor_test, looks_at_the_key_file_of_a_service_on_this_machine) {
  be_well();
  write_file("data.mdb", "x");
  auto key = write_file("sealing.key", "k");
  ::chmod(key.c_str(), 0600);
  EXPECT_THAT(found("key file"), HasSubstr("ok: "));
  EXPECT_THAT(found("disk"), HasSubstr("free for a database of 1 B"));
  ::chmod(key.c_str(), 0640);
  EXPECT_THAT(found("key file"), HasSubstr("fail: " + key + " has mode 0640"));
  EXPECT_EQ(code_, exit_code::refused);
}

TEST_F(doctor_test, tells_of_a_pause_and_of_little_room) {
  auto with = [](int room, const char* pause) {
    return fmt::format(R"({{"version":"{}","channels":[],"certificates":[],"pause":{},)"
                       R"("storage":{{"room_bytes":{}}},"retention":{{"reserve_bytes":100}}}})",
                       TOCSIN_VERSION, pause, room);
  };
  be_well(with(99, R"({"until":"2026-03-29T16:00:00Z","reason":"the server moves"})"));
  EXPECT_EQ(found("pause"),
            "warn: all deliveries are paused until 2026-03-29T16:00:00Z: the server moves");
  EXPECT_EQ(found("storage"), "fail: 99 B can still be stored; the reserve is 100 B");
  be_well(with(399, "null"));
  EXPECT_EQ(found("pause"), "not looked at");
  EXPECT_THAT(found("storage"), HasSubstr("warn: "));
  be_well(with(400, "null"));
  EXPECT_THAT(found("storage"), HasSubstr("ok: "));
}

TEST(doctor_findings, judge_a_clock_by_how_far_it_is_off) {
  EXPECT_EQ(judge_clock(-5s).result, grade::ok);
  EXPECT_EQ(judge_clock(6s).result, grade::warn);
  EXPECT_EQ(judge_clock(-60s).result, grade::fail);
  EXPECT_THAT(judge_clock(-61s).detail, HasSubstr("61 s behind"));
  EXPECT_THAT(judge_clock(61s).detail, HasSubstr("61 s ahead of"));
}

TEST(doctor_findings, judge_a_certificate_by_the_days_that_are_left) {
  auto now = *parse_rfc3339("2026-01-01T00:00:00Z");
  auto judged = [&](std::chrono::hours left) {
    return judge_certificate("c", now + left, now, "renew").result;
  };
  EXPECT_EQ(judged(24h * 30), grade::ok);
  EXPECT_EQ(judged(24h * 30 - 1h), grade::warn);
  EXPECT_EQ(judged(24h * 7), grade::warn);
  EXPECT_EQ(judged(24h * 7 - 1h), grade::fail);
  EXPECT_EQ(judged(0h), grade::fail);
}

} // namespace tocsin::cli
