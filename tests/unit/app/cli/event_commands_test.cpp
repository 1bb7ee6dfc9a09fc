#include "tests/unit/app/cli/command_fixture.hpp"

#include <gmock/gmock.h>

#include <future>

namespace tocsin::cli {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* receipt = R"({"id":"E1","status":"accepted","deliveries":2})";

std::string event_with(const std::string& first, const std::string& second) {
  return R"({"id":"E1","event":"deploy.failure","message":"m","deliveries":[{"id":"D1","state":")"
         + first + R"("},{"id":"D2","state":")" + second + R"("}],"unreached":[]})";
}

} // namespace

class event_commands_test : public command_test {
protected:
  command_result send_and_wait() {
    return run({"event", "send", "--type", "deploy.failure", "--message", "m", "--wait",
                "--wait-seconds", "5"});
  }
};

TEST_F(event_commands_test, sends_an_event_as_its_flags_say) {
  answer("POST /events", 202, receipt);
  auto result
    = run({"event", "send", "--type", "deploy.failure", "--service", "my-app", "--customer",
           "Acme \"Corp\"", "--message", "it broke", "--detail", "image=myapp:latest", "--detail",
           "seconds:=45.10", "--id", "own-1", "--idempotency-key", "key-1"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  ASSERT_EQ(api_.requests().size(), 1u);
  auto request = api_.requests()[0];
  EXPECT_EQ(
    request.body,
    R"({"event":"deploy.failure","service":"my-app","customer":"Acme \"Corp\"",)"
    R"("message":"it broke","details":{"image":"myapp:latest","seconds":45.10},"id":"own-1"})");
  EXPECT_EQ(request.headers.at("idempotency-key"), "key-1");
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_EQ(request.headers.at("authorization"), "Bearer tk");
  EXPECT_THAT(result.out, HasSubstr("E1     accepted           2"));
}

TEST_F(event_commands_test, sends_a_file_byte_for_byte) {
  answer("POST /events", 202,
         R"({"data":[{"id":"E1","status":"accepted","deliveries":1},)"
         R"({"id":"E2","status":"accepted","deliveries":0,"duplicate":true}]})");
  std::string text = "[ {\"event\":\"a\"}, {\"event\":\"b\", \"details\":{\"n\":1.0} } ]\n";
  auto result = run({"event", "send", "--file", write_file("events.json", text)});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(run({"event", "send", "--file", "-"}, text).code, exit_code::ok);
  ASSERT_EQ(api_.requests().size(), 2u);
  EXPECT_EQ(api_.requests()[0].body, text);
  EXPECT_EQ(api_.requests()[1].body, text);
  EXPECT_THAT(result.out, HasSubstr("E2     accepted before           0"));
}

TEST_F(event_commands_test, prints_what_the_service_answered_as_json) {
  answer("POST /events", 202, receipt);
  auto result = run({"event", "send", "--type", "t", "--message", "m", "--format", "json"});
  EXPECT_EQ(result.out, "{\n  \"id\": \"E1\",\n  \"status\": \"accepted\",\n"
                        "  \"deliveries\": 2\n}\n");
}

TEST_F(event_commands_test, prints_every_wrong_field_with_its_pointer) {
  answer("POST /events", 422,
         R"({"status":422,"code":"invalid_argument","detail":"not valid",)"
         R"("errors":[{"pointer":"/message","code":"too_long","detail":"long"},)"
         R"({"pointer":"/event","code":"unknown","detail":"what?"}]})");
  auto result = run({"event", "send", "--type", "t", "--message", "m"});
  EXPECT_EQ(result.code, exit_code::refused);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "tocsin: not valid (422 invalid_argument)\n"
                        "  /message: long (too_long)\n"
                        "  /event: what? (unknown)\n");
}

TEST_F(event_commands_test, refuses_what_cannot_be_an_event_without_asking) {
  for (const auto& more : std::vector<std::vector<std::string>>{
         {},
         {"--type", "t"},
         {"--type", "t", "--message", "m", "--file", "x"},
         {"--type", "t", "--message", "m", "--detail", "novalue"},
         {"--type", "t", "--message", "m", "--detail", "k:=nonsense"},
         {"--type", "t", "--message", "m", "--details", "[1]"},
         {"--file", "/nonexistent/file"}}) {
    std::vector<std::string> arguments{"event", "send"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(run(arguments).code, exit_code::usage);
  }
  EXPECT_TRUE(api_.requests().empty());
}

TEST_F(event_commands_test, waits_until_all_deliveries_have_ended) {
  answer("POST /events", 202, receipt);
  answer("GET /events/E1", 200, event_with("pending", "delivered"));
  answer("GET /events/E1", 200, event_with("scheduled", "delivered"));
  answer("GET /events/E1", 200, event_with("delivered", "suppressed"));
  auto result = send_and_wait();
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(asked().size(), 4u);
  EXPECT_THAT(result.out, HasSubstr("suppressed"));
  EXPECT_THAT(result.out, Not(HasSubstr("scheduled")));
}

TEST_F(event_commands_test, tells_that_a_delivery_failed) {
  answer("POST /events", 202, receipt);
  answer("GET /events/E1", 200, event_with("delivered", "dead_letter"));
  EXPECT_EQ(send_and_wait().code, exit_code::not_delivered);
}

TEST_F(event_commands_test, tells_that_an_event_reaches_nobody) {
  answer("POST /events", 202, receipt);
  answer("GET /events/E1", 200,
         R"({"id":"E1","deliveries":[],"unreached":[{"recipient":"customer/acme",)"
         R"("reason":"no_channel"}]})");
  auto result = send_and_wait();
  EXPECT_EQ(result.code, exit_code::not_delivered);
  EXPECT_THAT(result.err, HasSubstr("event E1 reaches nobody"));
  EXPECT_THAT(result.out, HasSubstr("\nNOT REACHED    REASON\ncustomer/acme  no_channel\n"));
}

TEST_F(event_commands_test, gives_up_waiting_in_time) {
  answer("POST /events", 202, receipt);
  answer("GET /events/E1", 200, event_with("scheduled", "dead_letter"));
  auto begin = now_;
  auto result = send_and_wait();
  EXPECT_EQ(result.code, exit_code::not_delivered);
  EXPECT_GE(now_ - begin, std::chrono::seconds{5});
  EXPECT_LT(now_ - begin, std::chrono::seconds{7});
  EXPECT_THAT(result.err, HasSubstr("within 5 s"));
}

TEST_F(event_commands_test, gives_up_in_time_a_service_that_answers_no_more) {
  std::promise<void> end;
  auto ended = end.get_future().share();
  tests::fake_api api{[ended](const tests::fake_request& x) -> tests::fake_reply {
    if (x.method == "POST")
      return {202, receipt};
    ended.wait();
    return {};
  }};
  environment_["TOCSIN_URL"] = api.url();
  answers_take_time_ = true;
  auto begin = std::chrono::steady_clock::now();
  auto result = run({"event", "send", "--type", "deploy.failure", "--message", "m", "--wait",
                     "--wait-seconds", "1"});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{20});
  end.set_value();
  EXPECT_EQ(result.code, exit_code::unreachable);
  EXPECT_THAT(result.err, HasSubstr("these events were accepted all the same: E1\n"));
}

TEST_F(event_commands_test, asks_no_longer_than_it_waits_where_it_asks_too_fast) {
  answer("POST /events", 202, receipt);
  answer("GET /events/E1", 429, R"({"code":"rate_limited","detail":"too often"})", "30");
  auto begin = now_;
  EXPECT_EQ(send_and_wait().code, exit_code::refused);
  EXPECT_LT(now_ - begin, std::chrono::seconds{7});
}

TEST_F(event_commands_test, waits_on_while_the_service_cannot_answer) {
  answer("POST /events", 202, receipt);
  answer("GET /events/E1", 503, R"({"code":"shutting_down","detail":"it is stopping"})");
  answer("GET /events/E1", 429, R"({"code":"overloaded","detail":"too much waits"})");
  answer("GET /events/E1", 500, R"({"code":"storage_io","detail":"the disk fails"})");
  answer("GET /events/E1", 200, event_with("delivered", "delivered"));
  auto result = send_and_wait();
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(asked().size(), 5u);
}

TEST_F(event_commands_test, names_what_was_accepted_where_the_service_answers_no_more) {
  answer("POST /events", 202, R"({"data":[{"id":"E1"},{"id":"E2"},{"id":"E3"}]})");
  answer("GET /events/E1", 200, event_with("delivered", "delivered"));
  answer("GET /events/E2", 503, R"({"code":"shutting_down","detail":"it is stopping"})");
  auto begin = now_;
  auto result = run({"event", "send", "--file", "-", "--wait", "--wait-seconds", "5"}, "[]");
  EXPECT_EQ(result.code, exit_code::refused);
  EXPECT_GE(now_ - begin, std::chrono::seconds{5});
  EXPECT_EQ(result.err, "tocsin: it is stopping (503 shutting_down)\n"
                        "tocsin: these events were accepted all the same: E2, E3\n");
}

TEST_F(event_commands_test, does_not_wait_where_its_token_may_not_look) {
  answer("POST /events", 202, receipt);
  answer("GET /events/E1", 403, R"({"code":"forbidden","detail":"the scope read is needed"})");
  auto result = send_and_wait();
  EXPECT_EQ(result.code, exit_code::unauthorized);
  EXPECT_EQ(asked().size(), 2u);
  EXPECT_THAT(result.err, HasSubstr("these events were accepted all the same: E1\n"));
}

TEST_F(event_commands_test, shows_an_event_with_its_deliveries_and_whom_it_missed) {
  answer("GET /events/E1", 200,
         R"({"id":"E1","message":"m","details":{"a":1},"deliveries":[{"id":"D1","channel":"C1",)"
         R"("recipient":"admin/admin","state":"delivered","reason":null,"attempts":1,)"
         R"("last_code":"200"}],"unreached":[{"recipient":"admin/ops","reason":"no_channel"}]})");
  auto result = run({"event", "show", "E1"});
  EXPECT_EQ(result.code, exit_code::ok);
  EXPECT_EQ(result.out, "id         E1\n"
                        "message    m\n"
                        "details.a  1\n"
                        "\n"
                        "DELIVERY  CHANNEL  RECIPIENT    STATE      REASON  ATTEMPTS  LAST CODE\n"
                        "D1        C1       admin/admin  delivered  -              1  200\n"
                        "\n"
                        "NOT REACHED  REASON\n"
                        "admin/ops    no_channel\n");
}

TEST_F(event_commands_test, says_how_to_go_on_with_a_list) {
  answer("GET /events?limit=1", 200,
         R"({"data":[{"id":"E1"}],"next_cursor":"c 1","has_more":true})");
  answer("GET /events?limit=1&cursor=c%201", 200,
         R"({"data":[{"id":"E0"}],"next_cursor":null,"has_more":false})");
  auto first = run({"event", "list", "--limit", "1"});
  EXPECT_EQ(first.err, "There are more: --cursor c 1\n");
  auto second = run({"event", "list", "--limit", "1", "--cursor", "c 1"});
  EXPECT_EQ(second.err, "");
  EXPECT_THAT(second.out, HasSubstr("E0"));
}

namespace {

constexpr const char* explanation = R"({"event":"deploy.failure","severity":"error",
  "at":"2026-03-29T23:00:00Z","customer":"customer/acme","recipients":[
  {"recipient":"admin/ops","display_name":"Ops","decision":"deliver","reason":null,"rules":[
    {"rule":"recipient","passes":true,"ground":"every_customer","detail":"all","until":null}],
   "channels":[
    {"id":"C1","name":"mails","type":"email","decision":"suppress","reason":"quiet_hours",
     "destinations":["a@x"],"destinations_from":"trigger","rules":[
     {"rule":"channel.triggers","passes":true,"ground":"set_on","detail":"on","until":null},
     {"rule":"preferences.quiet_hours","passes":false,"ground":"within_quiet_hours",
      "detail":"it is late","until":"2026-03-30T07:00:00Z"}],"holds":[]},
    {"id":"C2","name":"hook","type":"webhook","decision":"deliver","reason":null,
     "destinations":[],"destinations_from":"channel","rules":[
     {"rule":"channel.triggers","passes":true,"ground":"on_by_default","detail":"by default",
      "until":null}],"holds":[{"kind":"parked","detail":"crashed","until":null}]}]},
  {"recipient":"customer/acme","display_name":"Acme","decision":"not_concerned",
   "reason":"portal_off","rules":[{"rule":"customer.portal_enabled","passes":false,
   "ground":"portal_off","detail":"the portal is off","until":null}],"channels":[]},
  {"recipient":"customer/beta","display_name":"Beta","decision":"unreached",
   "reason":"no_channel","rules":[{"rule":"recipient","passes":true,
   "ground":"customer_named","detail":"named","until":null}],"channels":[]}]})";

} // namespace

TEST_F(event_commands_test, explains_whom_an_event_would_reach) {
  answer("POST /events/explain?time=2026-03-29T23%3A00%3A00Z", 200, explanation);
  auto result = run({"event", "explain", "deploy.failure", "--customer", "acme", "--service",
                     "my-app", "--time", "2026-03-29T23:00:00Z"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(
    api_.requests().back().body,
    R"({"event":"deploy.failure","service":"my-app","customer":"acme","message":"deploy.failure"})");
  EXPECT_EQ(
    result.out,
    "deploy.failure (error) at 2026-03-29T23:00:00Z\n\n"
    "RECIPIENT      CHANNEL  TO                DECISION       REASON       BECAUSE\n"
    "admin/ops      mails    a@x (by trigger)  suppress       quiet_hours  it is late\n"
    "admin/ops      hook     -                 deliver        -            waits: crashed\n"
    "customer/acme  -        -                 not_concerned  portal_off   the portal is off\n"
    "customer/beta  -        -                 unreached      no_channel   there is no channel\n");
}

TEST_F(event_commands_test, explains_with_every_rule_and_as_json) {
  answer("POST /events/explain", 200, explanation);
  auto rules = run({"event", "explain", "deploy.failure", "--rules"});
  EXPECT_THAT(rules.out,
              HasSubstr("admin/ops mails  preferences.quiet_hours  no      it is late\n"));
  EXPECT_THAT(rules.out, HasSubstr("admin/ops hook   parked                   waits   crashed\n"));
  EXPECT_THAT(run({"--format", "json", "event", "explain", "deploy.failure"}).out,
              HasSubstr("\"ground\": \"within_quiet_hours\""));
}

TEST_F(event_commands_test, explains_the_event_of_a_file) {
  answer("POST /events/explain", 200, explanation);
  std::string text = R"({"event":"deploy.failure","message":"m"})";
  EXPECT_EQ(run({"event", "explain", "--file", "-"}, text).code, exit_code::ok);
  EXPECT_EQ(api_.requests().back().body, text);
  EXPECT_EQ(run({"event", "explain"}).code, exit_code::usage);
  EXPECT_EQ(run({"event", "explain", "deploy.failure", "--file", "-"}, text).code,
            exit_code::usage);
}

} // namespace tocsin::cli
