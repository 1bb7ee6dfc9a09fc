#include "http/json/event_view_json.hpp"
#include "tests/unit/http/router_fixture.hpp"

namespace tocsin::http {

namespace {

constexpr const char* good_event
  = R"({"event":"deploy.success","message":"x","details":{"n":1.10}})";

using texts = std::vector<std::string>;

} // namespace

using event_routes_test = router_fixture;

TEST_F(event_routes_test, accepts_one_event) {
  auto reply = send(method::post, "/api/v1/events", good_event, "sender");
  EXPECT_EQ(reply.status, 202u);
  EXPECT_EQ(reply.body, R"({"id":"event-0","status":"accepted","deliveries":2})");
  ASSERT_EQ(world().submitted.size(), 1u);
  auto& got = world().submitted.front();
  ASSERT_EQ(got.events.size(), 1u);
  EXPECT_EQ(got.events.front().type, "deploy.success");
  EXPECT_EQ(got.events.front().details, R"({"n":1.10})");
  EXPECT_EQ(got.idempotency_key, "");
}

TEST_F(event_routes_test, answers_an_array_with_an_array) {
  auto reply = send(method::post, "/api/v1/events",
                    R"([{"event":"deploy.success","message":"x"},
                        {"event":"deploy.success","message":"x","id":"again"}])");
  EXPECT_EQ(reply.status, 202u);
  EXPECT_EQ(reply.body,
            R"({"data":[{"id":"event-0","status":"accepted","deliveries":2},)"
            R"({"id":"event-1","status":"accepted","deliveries":2,"duplicate":true}]})");
}

TEST_F(event_routes_test, passes_the_idempotency_key_on) {
  auto x = make_request(method::post, "/api/v1/events", good_event);
  x.idempotency_key = "key-1";
  EXPECT_EQ(send(x).status, 202u);
  EXPECT_EQ(world().submitted.front().idempotency_key, "key-1");
}

TEST_F(event_routes_test, takes_no_empty_text_for_none) {
  auto x = make_request(method::post, "/api/v1/events",
                        R"({"event":"deploy.success","message":"x","id":"","timestamp":""})");
  auto reply = send(x);
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(errors_of(reply), (std::vector<std::string>{"/id too_short", "/timestamp too_short"}));
  x.body = R"({"event":"deploy.success","message":"x"})";
  x.idempotency_key = "";
  reply = send(x);
  EXPECT_EQ(reply.status, 422u);
  EXPECT_NE(reply.body.find("Idempotency-Key"), std::string::npos);
  EXPECT_TRUE(world().submitted.empty());
}

TEST_F(event_routes_test, refuses_broken_json_without_asking_anybody) {
  auto reply = send(method::post, "/api/v1/events", R"({"event":)");
  EXPECT_EQ(reply.status, 400u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "malformed_json");
  EXPECT_EQ(send(method::post, "/api/v1/events").status, 400u);
  EXPECT_TRUE(world().submitted.empty());
}

TEST_F(event_routes_test, names_every_wrong_field) {
  auto reply = send(method::post, "/api/v1/events", R"({"event":1,"colour":"red"})");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(errors_of(reply),
            (texts{"/event wrong_type", "/colour unknown_key", "/message required"}));
}

TEST_F(event_routes_test, passes_the_faults_on_that_ingress_finds) {
  world().mode = fake_world::ingress_mode::refuse;
  world().refusal = fail(errc::unknown_event_type, "the event is not valid",
                         {{"/event", "unknown_event_type", "no such type"}});
  auto reply = send(method::post, "/api/v1/events", good_event);
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "unknown_event_type");
  EXPECT_EQ(errors_of(reply), texts{"/event unknown_event_type"});
}

TEST_F(event_routes_test, points_into_an_array_of_one) {
  world().mode = fake_world::ingress_mode::refuse;
  world().refusal = fail(errc::unknown_event_type, "the event is not valid",
                         {{"/event", "unknown_event_type", "no such type"}});
  auto reply = send(method::post, "/api/v1/events", std::string{"["} + good_event + "]");
  EXPECT_EQ(errors_of(reply), texts{"/0/event unknown_event_type"});
}

TEST_F(event_routes_test, answers_with_the_status_of_a_full_storage) {
  world().mode = fake_world::ingress_mode::refuse;
  world().refusal = fail(errc::storage_full, "no space");
  EXPECT_EQ(send(method::post, "/api/v1/events", good_event).status, 507u);
}

TEST_F(event_routes_test, lets_only_so_many_bytes_of_events_wait) {
  send(method::get, "/api/v1/event-types");
  world().mode = fake_world::ingress_mode::hold;
  auto large = [](size_t bytes) {
    return R"({"event":"deploy.success","message":")" + std::string(bytes, 'm') + "\"}";
  };
  // Three of the four places; the next one takes two.
  auto waiting = begin(make_request(method::post, "/api/v1/events", large(3 * bytes_per_place)));
  EXPECT_EQ(send(method::post, "/api/v1/events", large(2 * bytes_per_place)).status, 429u);
  auto small = begin(make_request(method::post, "/api/v1/events", good_event));
  ASSERT_TRUE(world().wait_for_submissions(2));
  EXPECT_EQ(door_.taken(), 4u);
  caf::anon_send(fakes_->ingress, release_held{});
  pump();
  ASSERT_TRUE(waiting->value);
  EXPECT_EQ(waiting->value->status, 202u);
}

TEST_F(event_routes_test, lets_only_so_many_events_wait) {
  send(method::get, "/api/v1/event-types");
  world().mode = fake_world::ingress_mode::hold;
  std::string four = R"([{"event":"deploy.success","message":"x"},
    {"event":"deploy.success","message":"x"},{"event":"deploy.success","message":"x"},
    {"event":"deploy.success","message":"x"}])";
  auto waiting = begin(make_request(method::post, "/api/v1/events", four));
  auto reply = send(method::post, "/api/v1/events", good_event);
  EXPECT_EQ(reply.status, 429u);
  EXPECT_EQ(header_of(reply, "Retry-After"), "1");
  EXPECT_EQ(json_of(reply).at("code").as_string(), "overloaded");
  ASSERT_TRUE(world().wait_for_submissions(1));
  caf::anon_send(fakes_->ingress, release_held{});
  pump();
  ASSERT_TRUE(waiting->value);
  EXPECT_EQ(waiting->value->status, 202u);
  world().mode = fake_world::ingress_mode::accept;
  EXPECT_EQ(send(method::post, "/api/v1/events", good_event).status, 202u);
}

TEST_F(event_routes_test, takes_nothing_more_once_the_service_stops) {
  door_.close();
  auto reply = send(method::post, "/api/v1/events", good_event);
  EXPECT_EQ(reply.status, 503u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "shutting_down");
  EXPECT_TRUE(world().submitted.empty());
  EXPECT_EQ(send(method::get, "/api/v1/events").status, 200u);
}

TEST_F(event_routes_test, lists_events) {
  auto list = get("/api/v1/events?limit=1");
  EXPECT_EQ(list.at("next_cursor").as_string(), "next");
  EXPECT_TRUE(list.at("has_more").as_bool());
  auto& entry = list.at("data").at(0);
  EXPECT_EQ(entry.at("event").as_string(), "deploy.failure");
  EXPECT_EQ(entry.at("delivery_count").as_int64(), 1);
  EXPECT_TRUE(entry.at("service").is_null());
  auto broken = send(method::get, "/api/v1/events?cursor=broken");
  EXPECT_EQ(broken.status, 422u);
}

TEST_F(event_routes_test, shows_one_event_with_what_became_of_it) {
  auto reply = send(method::get, "/api/v1/events/01ARZ3NDEKTSV4RRFFQ69G5FA0");
  EXPECT_EQ(reply.status, 200u);
  EXPECT_NE(reply.body.find(R"("details":{"cost":1.10})"), std::string::npos);
  auto x = json_of(reply);
  EXPECT_EQ(x.at("deliveries").at(0).at("id").as_string(), known_delivery);
  EXPECT_EQ(x.at("unreached").at(0).at("recipient").as_string(), "customer/acme");
  EXPECT_EQ(x.at("unreached").at(0).at("reason").as_string(), "no_channel");
  EXPECT_EQ(send(method::get, "/api/v1/events/17").status, 404u);
}

TEST(event_view_json, shows_the_id_of_the_receipt_beside_its_own) {
  accepted_event x;
  x.id = *event_id::parse("01ARZ3NDEKTSV4RRFFQ69G5FA0");
  auto ids_of = [&x] {
    json_writer out;
    write_accepted_event(out, x);
    auto shown = boost::json::parse(out.take());
    return std::pair{std::string{shown.at("id").as_string()},
                     std::string{shown.at("event_id").as_string()}};
  };
  auto own = to_string(x.id);
  EXPECT_EQ(ids_of(), std::pair(own, own));
  x.value.id = "panel-7";
  EXPECT_EQ(ids_of(), std::pair(std::string{"panel-7"}, own));
}

} // namespace tocsin::http
