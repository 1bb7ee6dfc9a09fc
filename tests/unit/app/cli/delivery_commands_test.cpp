#include "tests/unit/app/cli/command_fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin::cli {

namespace {

using testing::HasSubstr;

using delivery_commands_test = command_test;

std::string entry(const std::string& id, const std::string& state, int attempts = 0) {
  return fmt::format(
    R"({{"id":"{}","created_at":"t","event_type":"deploy.failure","service":"shop",)"
    R"("message":"it\u001b broke","state":"{}","reason":"quiet_hours","attempts":{},)"
    R"("resent_at":null,"last_code":"200"}})",
    id, state, attempts);
}

std::string page_of(const std::string& entries, const std::string& next = "null") {
  return R"({"data":[)" + entries + R"(],"next_cursor":)" + next + "}";
}

TEST_F(delivery_commands_test, passes_every_filter_on) {
  answer("GET /deliveries?state=dead_letter&outcome=ambiguous&code=404&event_type=quota.warning"
         "&customer=acme&since=a&until=b&service=shop&text=it%20broke&limit=50",
         200, page_of(entry("D1", "dead_letter", 3)));
  auto result = run({"delivery",      "list",       "--code",  "404",         "--type",
                     "quota.warning", "--customer", "acme",    "--since",     "a",
                     "--until",       "b",          "--state", "dead_letter", "--outcome",
                     "ambiguous",     "--service",  "shop",    "--text",      "it broke"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_THAT(result.out, HasSubstr("dead_letter  quiet_hours         3  200"));
}

TEST_F(delivery_commands_test, resends_and_cancels) {
  answer("POST /deliveries/D1/resend", 200, R"({"changed":true,"delivery":{}})");
  answer("POST /deliveries/D1/resend", 200, R"({"changed":false,"delivery":{}})");
  EXPECT_EQ(run({"delivery", "resend", "D1"}).out, "delivery D1 is due now\n");
  EXPECT_EQ(api_.requests().back().body, R"({"allow_duplicate":false})");
  EXPECT_EQ(run({"delivery", "resend", "D1", "--allow-duplicate"}).out,
            "delivery D1 is already being sent\n");
  EXPECT_EQ(api_.requests().back().body, R"({"allow_duplicate":true})");
  answer("POST /deliveries/D1/cancel", 200, R"({"changed":true,"delivery":{}})");
  answer("POST /deliveries/D1/cancel", 409,
         R"({"code":"in_flight","detail":"the delivery is being sent"})");
  EXPECT_EQ(run({"delivery", "cancel", "D1", "--reason", "not needed"}).out,
            "delivery D1 is cancelled\n");
  EXPECT_EQ(api_.requests().back().body, R"({"reason":"not needed"})");
  auto refused = run({"delivery", "cancel", "D1"});
  EXPECT_EQ(refused.code, exit_code::refused);
  EXPECT_THAT(refused.err, HasSubstr("the delivery is being sent (409 in_flight)"));
}

TEST_F(delivery_commands_test, shows_the_message_of_a_delivery) {
  answer("GET /deliveries/D1/message", 200,
         R"({"event_type":"x","request":{"method":"POST","url":"https://h/","encryption":null,)"
         R"("headers":{"A":"b"},"body":"hello","html":null}})");
  EXPECT_EQ(run({"delivery", "message", "D1"}).out, "POST https://h/\nA: b\n\nhello\n");
}

std::string event_of(const std::string& id, const std::string& name, const std::string& data) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, name, data);
}

std::vector<std::string> last_ids(const tests::fake_api& api) {
  std::vector<std::string> result;
  for (auto& x : api.requests()) {
    auto found = x.headers.find("last-event-id");
    result.push_back(found == x.headers.end() ? "" : found->second);
  }
  return result;
}

TEST_F(delivery_commands_test, follows_deliveries_as_they_come_and_fare) {
  answer("GET /deliveries/stream?state=x", 200,
         "retry: 2000\nid: 0\n\n" + event_of("1", "delivery", entry("D1", "scheduled", 1)) + ":\n\n"
           + event_of("2", "delivery", entry("D2", "suppressed"))
           + event_of("3", "delivery", entry("D1", "delivered", 2)));
  auto result = run({"delivery", "tail", "--state", "x"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(result.out,
            "t  D1  scheduled  deploy.failure  shop  attempts 1  200  it broke\n"
            "t  D2  suppressed  deploy.failure  shop  attempts 0  quiet_hours  it broke\n"
            "t  D1  delivered  deploy.failure  shop  attempts 2  200  it broke\n");
}

TEST_F(delivery_commands_test, goes_on_where_it_was_when_the_stream_ends) {
  auto path = "GET /deliveries/stream";
  answer(path, 200, "id: 0\n\n");
  answer(path, 200, event_of("1", "delivery", entry("D1", "pending")) + "id: 9\nda");
  answer(path, 503, R"({"detail":"the service is stopping","code":"shutting_down"})");
  answer(path, 200, event_of("5", "reset", R"({"reason":"gap"})"));
  answer(path, 200, event_of("6", "delivery", entry("D2", "pending")));
  rests_ = 4;
  auto result = run({"delivery", "tail", "--format", "json"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(result.out, entry("D1", "pending") + "\n" + entry("D2", "pending") + "\n");
  EXPECT_THAT(result.err, HasSubstr("more has changed meanwhile than the service keeps"));
  EXPECT_EQ(last_ids(api_), (std::vector<std::string>{"", "0", "1", "1", "5"}));
}

TEST_F(delivery_commands_test, tail_ends_when_its_output_is_lost) {
  answer("GET /deliveries/stream", 200, event_of("1", "delivery", entry("D1", "pending")));
  rests_ = 3;
  struct full_disk : std::streambuf {
  } full;
  std::ostream out{&full};
  EXPECT_EQ(run_with_output({"delivery", "tail"}, out).code, exit_code::output_lost);
  EXPECT_EQ(asked().size(), 1u);
}

TEST_F(delivery_commands_test, waits_longer_and_longer_for_a_service_that_is_gone) {
  auto path = "GET /deliveries/stream";
  answer(path, 200, "id: 0\n\n");
  answer(path, 503, "{}");
  rests_ = 7;
  auto began = now_;
  EXPECT_EQ(run({"delivery", "tail"}).code, exit_code::ok);
  // 1, 2, 4, 8 and 16 s, and 30 s from then on.
  EXPECT_EQ(now_ - began, std::chrono::seconds{121});
}

TEST_F(delivery_commands_test, does_not_follow_what_it_may_not_see) {
  answer("GET /deliveries/stream", 401, R"({"detail":"no such token is known","code":"x"})");
  EXPECT_EQ(run({"delivery", "tail"}).code, exit_code::unauthorized);
  auto path = "GET /deliveries/stream?state=lost";
  answer(path, 422, R"({"detail":"there is no state 'lost'","code":"invalid_argument"})");
  auto refused = run({"delivery", "tail", "--state", "lost"});
  EXPECT_EQ(refused.code, exit_code::refused);
  EXPECT_THAT(refused.err, HasSubstr("there is no state 'lost'"));
  answer("GET /deliveries/stream?state=late", 200, "id: 0\n\n");
  answer("GET /deliveries/stream?state=late", 401, "{}");
  rests_ = 5;
  EXPECT_EQ(run({"delivery", "tail", "--state", "late"}).code, exit_code::unauthorized);
}

TEST_F(delivery_commands_test, says_that_there_is_no_service_to_follow) {
  environment_["TOCSIN_URL"] = "http://127.0.0.1:1";
  EXPECT_EQ(run({"delivery", "tail"}).code, exit_code::unreachable);
}

} // namespace

} // namespace tocsin::cli
