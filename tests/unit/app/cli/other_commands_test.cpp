#include "tests/unit/app/cli/command_fixture.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <cstdlib>
#include <ostream>
#include <streambuf>
#include <sys/wait.h>

namespace tocsin::cli {

using testing::HasSubstr;

using other_commands_test = command_test;

namespace {

/// Runs the program itself, by way of a shell.
int exit_code_of(const std::string& words) {
  auto status = std::system(("'" TOCSIN_PROGRAM "' " + words).c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

TEST_F(other_commands_test, lists_the_deliveries_that_are_asked_for) {
  answer("GET /channels?limit=250", 200,
         R"({"data":[{"id":"C1","name":"ops"}],"next_cursor":null})");
  answer("GET /deliveries?state=dead_letter&channel=C1&event_type=quota.warning&limit=5", 200,
         R"({"data":[{"id":"D1","created_at":"2026-03-29T14:30:00Z","event_type":"quota.warning",)"
         R"("service":null,"channel":"C1","recipient":"admin/admin","state":"dead_letter",)"
         R"("attempts":3,"last_code":"404 no_service"}],"next_cursor":null})");
  auto result = run({"delivery", "list", "--state", "dead_letter", "--channel", "ops", "--type",
                     "quota.warning", "--limit", "5"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_THAT(result.out, HasSubstr("dead_letter  -              3  404 no_service"));
}

TEST_F(other_commands_test, shows_a_delivery_with_its_attempts) {
  answer(
    "GET /deliveries/D1", 200,
    R"({"id":"D1","state":"delivered","attempt_log":[{"number":1,"started_at":"s",)"
    R"("duration_ms":81,"outcome":"retry","stage":"connect","code":"timeout","text":"late"}]})");
  EXPECT_EQ(run({"delivery", "show", "D1"}).out,
            "id     D1\n"
            "state  delivered\n"
            "\n"
            "ATTEMPT  STARTED  MS  OUTCOME  STAGE    CODE     TEXT\n"
            "      1  s        81  retry    connect  timeout  late\n");
}

TEST_F(other_commands_test, says_that_its_output_cannot_be_written) {
  answer("POST /tokens", 201, R"({"id":"T1","token":"tocsin_x"})");
  struct full_disk : std::streambuf {
  } full;
  std::ostream out{&full};
  auto lost = run_with_output({"token", "create", "ci", "--scope", "read"}, out);
  EXPECT_EQ(lost.code, exit_code::output_lost);
  EXPECT_EQ(lost.err, "tocsin: the output cannot be written\n");
  out.clear();
  EXPECT_EQ(run_with_output({"token", "revoke", "T2"}, out).code, exit_code::refused)
    << "what went wrong first counts";
  EXPECT_EQ(exit_code_of("version >/dev/full"), 7);
}

TEST_F(other_commands_test, say_that_there_is_no_output) {
  EXPECT_EQ(exit_code_of("version >&-"), 7);
  EXPECT_EQ(exit_code_of("version <&- >&- 2>&-"), 7);
  EXPECT_EQ(exit_code_of("version <&- 2>&-"), 0);
}

TEST_F(other_commands_test, adds_lists_and_removes_recipients) {
  answer("POST /customers", 201, R"({"name":"acme"})");
  answer("GET /customers?limit=250", 200,
         R"({"data":[{"name":"acme","display_name":"Acme","portal_enabled":true,)"
         R"("services":["a","b"]}],"next_cursor":null})");
  answer("DELETE /admins/ops", 204, "");
  auto added = run({"customer", "add", "acme", "--display-name", "Acme", "--service", "a",
                    "--service", "b", "--portal"});
  EXPECT_EQ(added.out, "customer/acme added\n");
  EXPECT_EQ(api_.requests().back().body,
            R"({"name":"acme","display_name":"Acme","services":["a","b"],"portal_enabled":true})");
  EXPECT_EQ(run({"customer", "list"}).out, "NAME  DISPLAY NAME  PORTAL  SERVICES\n"
                                           "acme  Acme          yes     a, b\n");
  EXPECT_EQ(run({"admin", "remove", "ops"}).out, "admin/ops removed\n");
  EXPECT_EQ(run({"admin", "add", "x", "--portal"}).code, exit_code::usage);
}

TEST_F(other_commands_test, change_of_a_recipient_what_is_named_alone) {
  answer("PATCH /customers/acme", 200, R"({"name":"acme"})");
  answer("PATCH /admins/ops", 200, R"({"name":"ops"})");
  answer("GET /customers/acme", 200, R"({"name":"acme","portal_enabled":true})");
  EXPECT_EQ(run({"customer", "show", "acme"}).out, "name            acme\nportal_enabled  yes\n");
  auto body = [this] { return api_.requests().back().body; };
  run({"customer", "set", "acme", "--portal", "off"});
  EXPECT_EQ(body(), R"({"portal_enabled":false})");
  run({"customer", "set", "acme", "--service", "a", "--service", "b", "--display-name", "Acme"});
  EXPECT_EQ(body(), R"({"display_name":"Acme","services":["a","b"]})");
  run({"customer", "set", "acme", "--no-services"});
  EXPECT_EQ(body(), R"({"services":[]})");
  run({"admin", "set", "ops", "--display-name", "Ops"});
  EXPECT_EQ(body(), R"({"display_name":"Ops"})");
  EXPECT_EQ(run({"admin", "set", "ops", "--portal", "on"}).code, exit_code::usage);
  EXPECT_EQ(run({"customer", "set", "acme", "--no-services", "--service", "a"}).code,
            exit_code::usage);
}

TEST_F(other_commands_test, change_of_preferences_what_is_named_alone) {
  answer("GET /admins/ops/preferences", 200,
         R"({"customers":{"include":["acme"],"exclude":[]},"services":{"include":[],"exclude":[]},)"
         R"("event_types":{"include":[],"exclude":["deploy.success"]},"quiet_hours":null,)"
         R"("managed_by":null,"revision":4})");
  answer("PUT /admins/ops/preferences", 200, "{}");
  auto sent = [this] { return boost::json::parse(api_.requests().back().body); };
  auto quiet = run({"preference", "set", "admin/ops", "--quiet", "22:00-07:00", "--utc-offset",
                    "120", "--critical-bypass", "off"});
  EXPECT_EQ(quiet.code, exit_code::ok) << quiet.err;
  EXPECT_EQ(sent(), boost::json::parse(
                      R"({"customers":{"include":["acme"],"exclude":[]},)"
                      R"("services":{"include":[],"exclude":[]},)"
                      R"("event_types":{"include":[],"exclude":["deploy.success"]},)"
                      R"("quiet_hours":{"from":"22:00","until":"07:00","utc_offset_minutes":120,)"
                      R"("critical_bypass":false},"revision":4})"));
  run({"preference", "set", "admin/ops", "--exclude-service", "a", "--exclude-service", "b",
       "--all-customers", "--include-type", "deploy.failure"});
  EXPECT_EQ(sent().at("services").at("exclude"), boost::json::parse(R"(["a","b"])"));
  EXPECT_TRUE(sent().at("customers").at("include").as_array().empty());
  EXPECT_EQ(sent().at("event_types"),
            boost::json::parse(R"({"include":["deploy.failure"],"exclude":["deploy.success"]})"));
  EXPECT_TRUE(sent().at("quiet_hours").is_null());
  auto count = api_.requests().size();
  EXPECT_EQ(run({"preference", "set", "admin/ops", "--quiet", "late"}).code, exit_code::usage);
  EXPECT_EQ(run({"preference", "set", "ops", "--never-quiet"}).code, exit_code::usage);
  EXPECT_EQ(api_.requests().size(), count);
  EXPECT_EQ(run({"preference", "set", "admin/ops", "--utc-offset", "60"}).code, exit_code::usage);
  EXPECT_EQ(asked().back(), "GET /admins/ops/preferences") << "nothing is stored";
}

TEST_F(other_commands_test, shows_the_preferences_of_a_recipient) {
  answer("GET /customers/acme/preferences", 200,
         R"({"services":{"include":[],"exclude":["x"]},"quiet_hours":null,"revision":2})");
  EXPECT_EQ(run({"preference", "show", "customer/acme"}).out, "services.include  -\n"
                                                              "services.exclude  x\n"
                                                              "quiet_hours       -\n"
                                                              "revision          2\n");
  EXPECT_EQ(run({"preference", "show", "acme"}).code, exit_code::usage);
}

TEST_F(other_commands_test, shows_the_stats_of_actors_channels_and_certificates) {
  answer(
    "GET /stats/actors", 200,
    R"({"version":"0.1.0","uptime_seconds":7,"actors":[{"name":"tocsin.ingress",)"
    R"("instances":1,"mailbox_depth":0,"messages_handled":10,"restarts":0,"busy_us":12}],)"
    R"("channels":[{"channel":"C1","name":"ops","type":"slack","sent":4,"failed":1,)"
    R"("retried":2,"in_flight":0,"pending":3,"restarts":0,"parked":false,"breaker":"half_open",)"
    R"("latency_p50_ms":0.1771561000000001,"latency_p99_ms":9.25}],)"
    R"("certificates":[{"role":"panel","name":"tocsin://panel/shop","fingerprint":"sha256:0a",)"
    R"("expires_at":"2026-04-03T10:00:00Z","connections":2}]})");
  EXPECT_EQ(
    run({"stats"}).out,
    "tocsind 0.1.0, up 7 s\n"
    "\n"
    "ACTOR           ALIVE  MAILBOX  HANDLED  RESTARTS  BUSY US\n"
    "tocsin.ingress      1        0       10         0       12\n"
    "\n"
    "CHANNEL  TYPE   SENT  FAILED  RETRIED  IN FLIGHT  PENDING  RESTARTS  PARKED  BREAKER  "
    "  P50 MS  P99 MS\n"
    "ops      slack     4       1        2          0        3         0  no      half_open  "
    "  0.18    9.25\n"
    "\n"
    "CERTIFICATE          ROLE   EXPIRES AT            CONNECTIONS\n"
    "tocsin://panel/shop  panel  2026-04-03T10:00:00Z            2\n");
}

TEST_F(other_commands_test, knows_its_version_without_a_service) {
  environment_.clear();
  auto result = run({"version"});
  EXPECT_EQ(result.code, exit_code::ok);
  EXPECT_THAT(result.out, testing::StartsWith("tocsin 0."));
  EXPECT_EQ(run({"--version"}).out, result.out);
}

} // namespace tocsin::cli
