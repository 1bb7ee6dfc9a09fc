#include "tests/unit/http/router_fixture.hpp"

namespace tocsin::http {

using delivery_routes_test = router_fixture;

TEST_F(delivery_routes_test, passes_the_filters_on) {
  get("/api/v1/deliveries?state=dead_letter&channel=01ARZ3NDEKTSV4RRFFQ69G5FAV"
      "&event_type=deploy.failure&limit=7&cursor=c");
  ASSERT_EQ(world().delivery_lists.size(), 1u);
  auto& asked = world().delivery_lists.front();
  EXPECT_EQ(asked.state, delivery_state::dead_letter);
  EXPECT_EQ(asked.channel, channel_id::parse("01ARZ3NDEKTSV4RRFFQ69G5FAV"));
  EXPECT_EQ(asked.event_type, "deploy.failure");
  EXPECT_EQ(asked.page.limit, 7u);
  EXPECT_EQ(asked.page.cursor, "c");
}

TEST_F(delivery_routes_test, refuses_filters_that_mean_nothing) {
  EXPECT_EQ(send(method::get, "/api/v1/deliveries?state=lost").status, 422u);
  EXPECT_EQ(send(method::get, "/api/v1/deliveries?channel=7").status, 422u);
  auto reply = send(method::get, "/api/v1/deliveries?event_type=deploy.sucess");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "unknown_event_type");
  EXPECT_TRUE(world().delivery_lists.empty());
}

TEST_F(delivery_routes_test, shows_a_delivery_with_its_attempts) {
  auto x = get("/api/v1/deliveries/" + std::string{known_delivery});
  EXPECT_EQ(x, boost::json::parse(R"({"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "event_id":"01ARZ3NDEKTSV4RRFFQ69G5FA0","event_type":"deploy.failure","service":null,
    "customer":null,"message":"no","channel":"00000000000000000000000000",
    "recipient":"admin/admin","destination":null,"state":"scheduled","reason":null,"attempts":1,
    "created_at":"1970-01-01T00:00:00Z","due_at":"1970-01-01T00:00:01Z","finished_at":null,
    "last_code":null,"last_text":null,"attempt_log":[{"number":1,
    "started_at":"1970-01-01T00:00:00Z","duration_ms":12,"outcome":"retry","stage":"connect",
    "code":null,"text":"refused"}]})"));
}

TEST_F(delivery_routes_test, knows_no_delivery_by_a_number) {
  EXPECT_EQ(send(method::get, "/api/v1/deliveries/17").status, 404u);
  EXPECT_EQ(send(method::get, "/api/v1/deliveries/01ARZ3NDEKTSV4RRFFQ69G5FAW").status, 404u);
}

} // namespace tocsin::http
