#include "http/readiness.hpp"
#include "tests/unit/http/router_fixture.hpp"

namespace tocsin::http {

using namespace std::chrono_literals;

using router_test = router_fixture;

TEST_F(router_test, answers_unknown_paths_with_404) {
  for (auto path : {"/nothing", "/api/v1", "/api/v1/nothing", "/api/v1/events/a/b",
                    "/api/v1/events/", "/api/v2/events", "/healthz/x"}) {
    auto reply = send(method::get, path);
    EXPECT_EQ(reply.status, 404u) << path;
    EXPECT_EQ(json_of(reply).at("code").as_string(), "not_found") << path;
  }
}

TEST_F(router_test, names_the_allowed_methods) {
  auto reply = send(method::remove, "/api/v1/events");
  EXPECT_EQ(reply.status, 405u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "method_not_allowed");
  EXPECT_EQ(header_of(reply, "Allow"), "POST, GET, HEAD");
  EXPECT_EQ(header_of(send(method::other, "/healthz"), "Allow"), "GET, HEAD");
  EXPECT_EQ(header_of(send(method::put, "/api/v1/channels/01ARZ3NDEKTSV4RRFFQ69G5FAV"), "Allow"),
            "GET, HEAD, PATCH, DELETE");
}

TEST_F(router_test, refuses_a_target_it_cannot_read) {
  auto reply = send(method::get, "/api/v1/ev%zzents");
  EXPECT_EQ(reply.status, 400u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "malformed_request");
}

TEST_F(router_test, wants_a_token_it_knows) {
  auto without = make_request(method::get, "/api/v1/events");
  without.authorization.reset();
  auto reply = send(without);
  EXPECT_EQ(reply.status, 401u);
  EXPECT_EQ(header_of(reply, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(send(method::get, "/api/v1/events", {}, "wrong").status, 401u);
  auto basic = make_request(method::get, "/api/v1/events");
  basic.authorization = "Basic YWxsOg==";
  EXPECT_EQ(send(basic).status, 401u);
}

TEST_F(router_test, wants_the_scope_of_the_route) {
  EXPECT_EQ(send(method::get, "/api/v1/events", {}, "sender").status, 403u);
  EXPECT_EQ(send(method::get, "/api/v1/events", {}, "reader").status, 200u);
  EXPECT_EQ(send(method::get, "/api/v1/stats/actors", {}, "reader").status, 403u);
  auto reply = send(method::post, "/api/v1/channels", "{}", "reader");
  EXPECT_EQ(reply.status, 403u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "forbidden");
  EXPECT_EQ(json_of(reply).at("detail").as_string(), "the token lacks the scope 'write'");
}

TEST_F(router_test, asks_for_a_good_token_once_and_for_a_bad_one_every_time) {
  for (int i = 0; i < 3; ++i)
    send(method::get, "/api/v1/event-types");
  EXPECT_EQ(world().token_lookups, 1u);
  for (int i = 0; i < 3; ++i)
    send(method::get, "/api/v1/event-types", {}, "wrong");
  EXPECT_EQ(world().token_lookups, 4u);
}

TEST_F(router_test, reads_a_body_that_is_still_to_come) {
  auto wanted = make_request(method::post, "/api/v1/events");
  wanted.content_type = "application/json";
  wanted.lacks_body = true;
  auto sink = begin(wanted);
  settle(*sink);
  ASSERT_TRUE(sink->take_body);
  std::exchange(sink->take_body, nullptr)(R"({"event":"deploy.success","message":"x"})");
  settle(*sink);
  EXPECT_EQ(sink->value->status, 202u);
  EXPECT_EQ(world().token_lookups, 1u);
}

TEST_F(router_test, asks_once_for_a_token_that_expires_in_the_far_future) {
  world().expiries["all"] = *parse_rfc3339("9999-12-31T23:59:59Z");
  for (int i = 0; i < 3; ++i)
    send(method::get, "/api/v1/event-types");
  EXPECT_EQ(world().token_lookups, 1u);
}

TEST_F(router_test, refuses_query_parameters_it_does_not_know) {
  auto reply = send(method::get, "/api/v1/deliveries?stat=dead_letter");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(json_of(reply).at("detail").as_string(), "the query parameter 'stat' is unknown");
  EXPECT_EQ(send(method::get, "/api/v1/deliveries?state%20outcome=x").status, 422u);
}

TEST_F(router_test, refuses_a_body_that_is_not_declared_as_json) {
  auto x = make_request(method::post, "/api/v1/events", R"({"event":"deploy.success"})");
  x.content_type = "text/plain";
  auto reply = send(x);
  EXPECT_EQ(reply.status, 415u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "unsupported_media_type");
}

TEST_F(router_test, tells_health_without_a_token) {
  EXPECT_EQ(send(method::get, "/healthz", {}, "").status, 200u);
  EXPECT_EQ(send(method::get, "/readyz", {}, "").status, 200u);
  door_.close();
  EXPECT_EQ(send(method::get, "/healthz", {}, "").status, 200u);
  auto reply = send(method::get, "/readyz", {}, "");
  EXPECT_EQ(reply.status, 503u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "shutting_down");
  EXPECT_FALSE(header_of(reply, "Retry-After").empty());
}

TEST_F(router_test, is_not_ready_while_there_is_no_room_for_events) {
  *fakes_->actors.has_room = false;
  auto reply = send(method::get, "/readyz", {}, "");
  EXPECT_EQ(reply.status, 503u);
  EXPECT_NE(json_of(reply).at("detail").as_string().find("nearly full"), std::string::npos);
  EXPECT_EQ(send(method::get, "/healthz", {}, "").status, 200u);
  *fakes_->actors.has_room = true;
  EXPECT_EQ(send(method::get, "/readyz", {}, "").status, 200u);
}

TEST_F(router_test, is_not_ready_while_the_disk_hangs) {
  std::chrono::milliseconds takes{4000};
  backend asked;
  asked.write_duration = [&takes] { return takes; };
  EXPECT_FALSE(find_unreadiness(asked, door_));
  takes = std::chrono::milliseconds{5001};
  auto fault = find_unreadiness(asked, door_);
  ASSERT_TRUE(fault);
  EXPECT_NE(fault->detail.find("does not answer"), std::string::npos);
}

TEST_F(router_test, is_not_ready_while_the_disk_fails) {
  *fakes_->actors.can_write = false;
  auto reply = send(method::get, "/readyz", {}, "");
  EXPECT_EQ(reply.status, 503u);
  EXPECT_NE(json_of(reply).at("detail").as_string().find("disk"), std::string::npos);
  EXPECT_EQ(send(method::get, "/healthz", {}, "").status, 200u);
  *fakes_->actors.can_write = true;
  EXPECT_EQ(send(method::get, "/readyz", {}, "").status, 200u);
}

TEST_F(router_test, answers_for_an_actor_that_is_down) {
  fakes_->actors = {};
  caf::anon_send_exit(fakes_->ingress, caf::exit_reason::kill);
  auto reply = send(method::post, "/api/v1/events", R"({"event":"deploy.success","message":"x"})");
  EXPECT_EQ(reply.status, 503u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "unavailable");
}

TEST_F(router_test, gives_up_on_an_actor_that_does_not_answer_and_drops_its_late_reply) {
  send(method::get, "/api/v1/event-types");
  world().mode = fake_world::ingress_mode::hold;
  auto sink = begin(
    make_request(method::post, "/api/v1/events", R"({"event":"deploy.success","message":"x"})"));
  auto now = asker::clock::now();
  expire(now + ask_timeout - 1s);
  EXPECT_FALSE(sink->value);
  expire(now + ask_timeout + 1s);
  ASSERT_TRUE(sink->value);
  EXPECT_EQ(sink->value->status, 429u);
  sink->value.reset();
  ASSERT_TRUE(world().wait_for_submissions(1));
  caf::anon_send(fakes_->ingress, release_held{});
  pump();
  EXPECT_FALSE(sink->value);
}

TEST_F(router_test, shows_the_stats) {
  EXPECT_EQ(get("/api/v1/stats/actors"), boost::json::parse(R"({"version":"0.1.0",
    "uptime_seconds":7,"actors":[{"name":"tocsin.ingress","instances":1,"mailbox_depth":2,
    "messages_handled":3,"restarts":4,"busy_us":5}],"channels":[{"channel":"01A","name":"ops",
    "type":"slack","sent":0,"failed":0,"retried":0,"in_flight":0,"pending":0,"restarts":0,
    "parked":false,"breaker":"closed","latency_p50_ms":0,"latency_p99_ms":0}],
    "certificates":[{"role":"own","name":"one","fingerprint":"sha256:0f",
    "expires_at":"2026-04-03T10:00:00Z","connections":0}],
    "storage":{"file_bytes":10,"map_bytes":20,"map_limit_bytes":30,"live_bytes":7,
    "reusable_bytes":3,"disk_free_bytes":50,"room_bytes":13,
    "records":{"events":4,"deliveries":5},
    "growth":{"last_hour":{"since":"1970-01-01T00:00:00Z","bytes":-2,"bytes_per_day":-48},
    "last_day":null}},
    "retention":{"event_seconds":3600,"audit_seconds":7200,"reserve_bytes":9},
    "pause":{"until":"1970-01-01T00:00:02Z","reason":null,"since":"1970-01-01T00:00:01Z",
    "author":{"kind":"admin","id":"ops","name":null}}})"));
}

TEST(responder, lets_nobody_wait_for_ever) {
  auto sink = std::make_shared<kept_response>();
  { responder dropped{sink}; }
  EXPECT_TRUE(sink->abandoned);
  auto answered = std::make_shared<kept_response>();
  {
    responder first{answered};
    auto second = std::move(first);
    second.send(ok("{}"));
  }
  EXPECT_TRUE(answered->value);
  EXPECT_FALSE(answered->abandoned);
}

} // namespace tocsin::http
