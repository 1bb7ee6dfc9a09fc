#include "tests/unit/http/router_fixture.hpp"

namespace tocsin::http {

namespace {

/// One request, and then none for a long time.
constexpr double once = 0.001;

constexpr auto event = R"({"event":"deploy.success","message":"x"})";

class limited_requests : public router_fixture {
protected:
  limited_requests() : router_fixture(0, once) {}
};

TEST_F(limited_requests, are_told_what_is_left_and_refused_beyond_it) {
  auto first = send(method::get, "/api/v1/deliveries");
  EXPECT_EQ(first.status, 200u);
  EXPECT_EQ(header_of(first, "RateLimit-Limit"), "1");
  EXPECT_EQ(header_of(first, "RateLimit-Remaining"), "0");
  EXPECT_EQ(header_of(first, "RateLimit-Reset"), "1000");
  auto second = send(method::get, "/api/v1/channels");
  EXPECT_EQ(second.status, 429u);
  EXPECT_EQ(json_of(second).at("code").as_string(), "rate_limited");
  auto wait = std::stoi(header_of(second, "Retry-After"));
  EXPECT_GT(wait, 0);
  EXPECT_LE(wait, 1000);
  EXPECT_EQ(header_of(second, "RateLimit-Remaining"), "0");
  EXPECT_EQ(world().delivery_lists.size(), 1u);
}

TEST_F(limited_requests, count_for_each_token_and_session_by_itself) {
  world().sessions["acme"] = {recipient_kind::customer, "acme"};
  EXPECT_EQ(send(method::get, "/api/v1/event-types").status, 200u);
  EXPECT_EQ(send(method::get, "/api/v1/event-types").status, 429u);
  EXPECT_EQ(send(method::get, "/api/v1/event-types", {}, "reader").status, 200u);
  auto x = make_request(method::get, "/api/v1/event-types");
  x.authorization.reset();
  x.cookie = "tocsin_session=acme";
  EXPECT_EQ(send(x).status, 200u);
  EXPECT_EQ(send(x).status, 429u);
}

TEST_F(limited_requests, are_none_of_those_that_send_events) {
  for (int i = 0; i < 5; ++i) {
    auto reply = send(method::post, "/api/v1/events", event);
    EXPECT_EQ(reply.status, 202u);
    EXPECT_EQ(header_of(reply, "RateLimit-Limit"), "");
  }
  EXPECT_EQ(send(method::get, "/api/v1/events").status, 200u);
}

TEST_F(limited_requests, count_also_where_a_scope_is_missing) {
  EXPECT_EQ(send(method::get, "/api/v1/channels", {}, "sender").status, 403u);
  EXPECT_EQ(send(method::get, "/api/v1/channels", {}, "sender").status, 429u);
}

TEST_F(limited_requests, are_not_those_without_credentials) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(send(method::get, "/healthz").status, 200u);
    EXPECT_EQ(send(method::get, "/api/v1/channels", {}, "unknown").status, 401u);
  }
}

class limited_submissions : public router_fixture {
protected:
  limited_submissions() : router_fixture(once, 0) {}
};

TEST_F(limited_submissions, are_refused_beyond_the_limit_and_others_are_not) {
  EXPECT_EQ(send(method::post, "/api/v1/events", event).status, 202u);
  auto second = send(method::post, "/api/v1/events", event);
  EXPECT_EQ(second.status, 429u);
  EXPECT_EQ(json_of(second).at("code").as_string(), "rate_limited");
  EXPECT_EQ(world().submitted.size(), 1u);
  EXPECT_EQ(send(method::get, "/api/v1/events").status, 200u);
  EXPECT_EQ(send(method::get, "/api/v1/events").status, 200u);
}

} // namespace

} // namespace tocsin::http
