#include "tests/unit/http/router_fixture.hpp"

namespace tocsin::http {

using pause_routes_test = router_fixture;

TEST_F(pause_routes_test, tell_that_nothing_is_paused) {
  EXPECT_EQ(send(method::get, "/api/v1/pause").body, R"({"pause":null})");
}

TEST_F(pause_routes_test, begin_a_pause_and_show_who_asked_for_it) {
  auto reply = send(method::put, "/api/v1/pause",
                    R"({"until":"2026-03-29T16:30:00+02:00","reason":"the\nserver moves"})");
  EXPECT_EQ(reply.status, 200u);
  auto answer = json_of(reply);
  auto& x = answer.at("pause");
  EXPECT_EQ(x.at("until").as_string(), "2026-03-29T14:30:00Z");
  EXPECT_EQ(x.at("reason").as_string(), "the server moves");
  EXPECT_EQ(x.at("author").at("kind").as_string(), "token");
  EXPECT_EQ(x.at("author").at("name").as_string(), "a token");
  EXPECT_EQ(json_of(send(method::get, "/api/v1/pause")), answer);
}

TEST_F(pause_routes_test, end_a_pause_and_do_no_harm_where_there_is_none) {
  send(method::put, "/api/v1/pause", R"({"until":"2026-03-29T16:30:00Z"})");
  EXPECT_EQ(send(method::remove, "/api/v1/pause").status, 204u);
  EXPECT_FALSE(world().pause);
  EXPECT_EQ(send(method::remove, "/api/v1/pause").status, 204u);
}

TEST_F(pause_routes_test, name_every_field_that_is_wrong) {
  using texts = std::vector<std::string>;
  auto errors
    = [this](const char* body) { return errors_of(send(method::put, "/api/v1/pause", body)); };
  EXPECT_EQ(errors("{}"), texts{"/until required"});
  EXPECT_EQ(errors(R"({"until":"tomorrow"})"), texts{"/until invalid"});
  EXPECT_EQ(errors(R"({"until":7,"reason":8,"x":9})"),
            (texts{"/until wrong_type", "/reason wrong_type", "/x unknown_key"}));
  EXPECT_FALSE(world().pause);
}

TEST_F(pause_routes_test, are_for_those_who_may_write) {
  EXPECT_EQ(send(method::get, "/api/v1/pause", "", "reader").status, 200u);
  EXPECT_EQ(send(method::put, "/api/v1/pause", "{}", "reader").status, 403u);
  EXPECT_EQ(send(method::remove, "/api/v1/pause", "", "reader").status, 403u);
}

TEST_F(pause_routes_test, do_not_keep_the_service_from_being_ready) {
  send(method::put, "/api/v1/pause", R"({"until":"2999-03-29T16:30:00Z"})");
  EXPECT_EQ(send(method::get, "/readyz").status, 200u);
}

TEST_F(pause_routes_test, count_deliveries_by_the_hour_or_day) {
  auto x = get("/api/v1/deliveries/summary");
  EXPECT_EQ(x, boost::json::parse(R"({"bucket_seconds":3600,"buckets":[
    {"at":"1970-01-01T00:00:00Z","accepted":1,"suppressed":2,"delivered":3,"failed":4,"retried":5,
     "dead_letters":6},
    {"at":"1970-01-01T01:00:00Z","accepted":10,"suppressed":0,"delivered":0,"failed":0,"retried":0,
     "dead_letters":0}],
    "total":{"accepted":11,"suppressed":2,"delivered":3,"failed":4,"retried":5,
     "dead_letters":6}})"));
  EXPECT_EQ(
    get("/api/v1/deliveries/summary?bucket=day&since=2026-03-29T00:00:00Z").at("bucket_seconds"),
    86'400);
  ASSERT_EQ(world().summaries.size(), 2u);
  EXPECT_FALSE(world().summaries[0].since);
  EXPECT_EQ(world().summaries[1].since, parse_rfc3339("2026-03-29T00:00:00Z"));
  EXPECT_EQ(send(method::get, "/api/v1/deliveries/summary?bucket=week").status, 422u);
  EXPECT_EQ(send(method::get, "/api/v1/deliveries/summary?since=then").status, 422u);
}

} // namespace tocsin::http
