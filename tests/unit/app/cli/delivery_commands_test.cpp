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
            "delivery D1 was under way already\n");
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

TEST_F(delivery_commands_test, follows_deliveries_as_they_come_and_fare) {
  auto path = "GET /deliveries?state=x&limit=250";
  answer(path, 200, page_of(entry("D1", "pending")));
  answer(path, 200, page_of(entry("D2", "suppressed") + "," + entry("D1", "scheduled", 1)));
  answer(path, 200, page_of(entry("D2", "suppressed") + "," + entry("D1", "scheduled", 1)));
  answer(path, 200, page_of(entry("D2", "suppressed") + "," + entry("D1", "delivered", 2)));
  auto result = run({"delivery", "tail", "--state", "x", "--seconds", "5"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(result.out,
            "t  D1  scheduled  deploy.failure  shop  attempts 1  200  it broke\n"
            "t  D2  suppressed  deploy.failure  shop  attempts 0  quiet_hours  it broke\n"
            "t  D1  delivered  deploy.failure  shop  attempts 2  200  it broke\n");
  EXPECT_EQ(api_.requests().size(), 6u);
}

TEST_F(delivery_commands_test, reads_back_to_the_oldest_that_it_follows) {
  auto path = "GET /deliveries?limit=250";
  answer(path, 200, page_of(entry("D1", "pending")));
  answer(path, 200, page_of(entry("D3", "pending"), R"("c1")"));
  answer("GET /deliveries?limit=250&cursor=c1", 200,
         page_of(entry("D2", "pending") + "," + entry("D1", "pending"), R"("c2")"));
  auto result = run({"delivery", "tail", "--seconds", "1", "--format", "json"});
  EXPECT_THAT(result.out, testing::StartsWith(R"({"id":"D2")"));
  EXPECT_THAT(result.out, HasSubstr("\n{\"id\":\"D3\""));
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(api_.requests().size(), 3u);
}

} // namespace

} // namespace tocsin::cli
