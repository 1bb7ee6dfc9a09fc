#include "tests/unit/http/router_fixture.hpp"

namespace tocsin::http {

using delivery_routes_test = router_fixture;

TEST_F(delivery_routes_test, passes_the_filters_on) {
  get("/api/v1/deliveries?state=dead_letter&channel=01ARZ3NDEKTSV4RRFFQ69G5FAV"
      "&event_type=deploy.failure&outcome=ambiguous&code=404%20no&customer=acme&service=shop"
      "&since=2026-03-29T14:30:00%2B02:00&until=2026-03-30T00:00:00Z&text=it%20broke"
      "&limit=7&cursor=c");
  ASSERT_EQ(world().delivery_lists.size(), 1u);
  auto& asked = world().delivery_lists.front();
  auto& filter = asked.filter;
  EXPECT_EQ(filter.state, delivery_state::dead_letter);
  EXPECT_EQ(filter.channel, channel_id::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
  EXPECT_EQ(filter.event_type, "deploy.failure");
  EXPECT_EQ(filter.outcome, outcome_class::ambiguous);
  EXPECT_EQ(filter.code, "404 no");
  EXPECT_EQ(filter.customers, std::vector<std::string>{"acme"});
  EXPECT_EQ(filter.service, "shop");
  EXPECT_EQ(filter.since, parse_rfc3339("2026-03-29T12:30:00Z"));
  EXPECT_EQ(filter.until, parse_rfc3339("2026-03-30T00:00:00Z"));
  EXPECT_EQ(filter.text, "it broke");
  EXPECT_EQ(asked.page.limit, 7u);
  EXPECT_EQ(asked.page.cursor, "c");
}

TEST_F(delivery_routes_test, refuses_filters_that_mean_nothing) {
  EXPECT_EQ(send(method::get, "/api/v1/deliveries?state=lost").status, 422u);
  EXPECT_EQ(send(method::get, "/api/v1/deliveries?channel=7").status, 422u);
  EXPECT_EQ(send(method::get, "/api/v1/deliveries?outcome=lost").status, 422u);
  EXPECT_EQ(send(method::get, "/api/v1/deliveries?since=yesterday").status, 422u);
  EXPECT_EQ(send(method::get, "/api/v1/deliveries?until=2026-03-29").status, 422u);
  auto reply = send(method::get, "/api/v1/deliveries?event_type=Deploy");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "unknown_event_type");
  EXPECT_TRUE(world().delivery_lists.empty());
}

TEST_F(delivery_routes_test, finds_what_is_of_a_removed_event_type) {
  EXPECT_EQ(send(method::get, "/api/v1/deliveries?event_type=invoice.overdue").status, 200u);
  ASSERT_EQ(world().delivery_lists.size(), 1u);
  EXPECT_EQ(world().delivery_lists[0].filter.event_type, "invoice.overdue");
}

TEST_F(delivery_routes_test, shows_a_delivery_with_its_attempts) {
  auto x = get("/api/v1/deliveries/" + std::string{known_delivery});
  EXPECT_EQ(x, boost::json::parse(R"({"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "event_id":"01ARZ3NDEKTSV4RRFFQ69G5FA0","event_type":"deploy.failure","service":null,
    "customer":null,"message":"no","channel":"00000000000000000000000000",
    "recipient":"admin/admin","destination":null,"state":"scheduled","reason":null,"attempts":1,
    "created_at":"1970-01-01T00:00:00Z","due_at":"1970-01-01T00:00:01Z","finished_at":null,
    "resent_at":null,"note":null,"last_code":null,"last_text":null,"attempt_log":[{"number":1,
    "started_at":"1970-01-01T00:00:00Z","duration_ms":12,"outcome":"retry","stage":"connect",
    "code":null,"text":"refused"}]})"));
}

TEST_F(delivery_routes_test, knows_no_delivery_by_a_number) {
  EXPECT_EQ(send(method::get, "/api/v1/deliveries/17").status, 404u);
  EXPECT_EQ(send(method::get, "/api/v1/deliveries/01ARZ3NDEKTSV4RRFFQ69G5FAW").status, 404u);
}

TEST_F(delivery_routes_test, sends_a_delivery_again) {
  auto path = "/api/v1/deliveries/" + std::string{known_delivery} + "/resend";
  auto reply = send(method::post, path);
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(json_of(reply).at("changed"), true);
  EXPECT_EQ(json_of(reply).at("delivery").at("id").as_string(), known_delivery);
  EXPECT_EQ(send(method::post, path, R"({"allow_duplicate":true})").status, 200u);
  ASSERT_EQ(world().resends.size(), 2u);
  EXPECT_FALSE(world().resends[0].allow_duplicate);
  EXPECT_TRUE(world().resends[1].allow_duplicate);
  EXPECT_EQ(errors_of(send(method::post, path, R"({"allow_duplicate":1,"x":2})")),
            (std::vector<std::string>{"/allow_duplicate wrong_type", "/x unknown_key"}));
  EXPECT_EQ(send(method::post, path, "{}", "reader").status, 403u);
  EXPECT_EQ(send(method::post, "/api/v1/deliveries/17/resend").status, 404u);
  EXPECT_EQ(world().resends.size(), 2u);
}

TEST_F(delivery_routes_test, cancels_a_delivery_with_or_without_a_reason) {
  auto path = "/api/v1/deliveries/" + std::string{known_delivery} + "/cancel";
  auto reply = send(method::post, path, R"({"reason":"not\nneeded"})");
  EXPECT_EQ(reply.status, 409u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "in_flight");
  send(method::post, path);
  ASSERT_EQ(world().withdrawals.size(), 2u);
  EXPECT_EQ(world().withdrawals[0].reason, "not needed");
  EXPECT_EQ(world().withdrawals[1].reason, "");
  EXPECT_EQ(errors_of(send(method::post, path, R"({"reason":7})")),
            std::vector<std::string>{"/reason wrong_type"});
}

TEST_F(delivery_routes_test, shows_the_message_of_a_delivery) {
  auto x = get("/api/v1/deliveries/" + std::string{known_delivery} + "/message");
  EXPECT_EQ(x.at("event_type").as_string(), "deploy.failure");
  EXPECT_EQ(x.at("request").at("url").as_string(), "smtp://mx:587");
  EXPECT_EQ(send(method::get, "/api/v1/deliveries/17/message").status, 404u);
}

TEST_F(delivery_routes_test, shows_no_sensitive_text_without_the_scope) {
  using enum token_scope;
  world().tokens["plain"]
    = static_cast<uint8_t>(static_cast<uint8_t>(read) | static_cast<uint8_t>(write));
  auto path = "/api/v1/deliveries/" + std::string{known_delivery};
  auto message = json_of(send(method::get, path + "/message", "", "plain"));
  EXPECT_EQ(message.at("request").at("url").as_string(), "[masked]");
  EXPECT_EQ(message.at("request").at("body").as_string(), "[masked]");
  auto again = json_of(send(method::post, path + "/resend", "", "plain"));
  EXPECT_EQ(again.at("delivery").at("message").as_string(), "[masked]");
  auto dead = json_of(send(method::get, "/api/v1/dead-letters", "", "plain"));
  EXPECT_EQ(dead.at("data").at(0).at("message").as_string(), "[masked]");
  auto groups = json_of(send(method::get, "/api/v1/dead-letters/groups", "", "plain"));
  EXPECT_EQ(groups.at("data").at(0).at("sample_text").as_string(), "[masked]");
}

TEST_F(delivery_routes_test, searches_no_sensitive_text_without_the_scope) {
  world().tokens["plain"] = static_cast<uint8_t>(token_scope::read);
  EXPECT_EQ(send(method::get, "/api/v1/deliveries?text=secret", "", "plain").status, 403u);
  EXPECT_TRUE(world().delivery_lists.empty());
  EXPECT_EQ(send(method::get, "/api/v1/deliveries?text=", "", "plain").status, 200u);
}

TEST_F(delivery_routes_test, says_who_moves_a_delivery) {
  auto path = "/api/v1/deliveries/" + std::string{known_delivery};
  send(method::post, path + "/resend");
  send(method::post, path + "/cancel");
  send(method::post, "/api/v1/dead-letters/replay", R"({"code":"404"})");
  send(method::post, "/api/v1/dead-letters/discard", R"({"code":"404","reason":"old"})");
  ASSERT_EQ(world().authors.size(), 4u);
  for (auto& by : world().authors) {
    EXPECT_EQ(by.kind, author_kind::token);
    EXPECT_EQ(by.name, "a token");
  }
}

} // namespace tocsin::http
