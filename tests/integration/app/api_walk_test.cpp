#include "tests/integration/app/service_fixture.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin {

namespace {

using standin::provider;

class api_walk : public service_fixture {};

TEST_F(api_walk, answers_a_repeated_event_as_the_first_time) {
  add_webhook("one");
  auto body = R"({"event":"deploy.failure","message":"m","id":"order-7"})";
  auto first = api().post("/events", body);
  auto again = api().post("/events", body);
  EXPECT_EQ(first.text("/id"), "order-7");
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(again.text("/id"), "order-7");
  EXPECT_EQ(again.body.at("deliveries"), first.body.at("deliveries"));
  EXPECT_TRUE(again.body.at("duplicate").as_bool());
  wait_until_ended("order-7");
  EXPECT_EQ(providers.received(provider::webhook).size(), 1u);
  auto other
    = api().post("/events", R"({"event":"deploy.failure","message":"other","id":"order-7"})");
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(other.text("/code"), "idempotency_conflict");
}

TEST_F(api_walk, honours_an_idempotency_key) {
  auto body = R"({"event":"deploy.failure","message":"m"})";
  auto first = api().call("POST", "/events", body, {"Idempotency-Key: k-1"});
  auto again = api().call("POST", "/events", body, {"Idempotency-Key: k-1"});
  EXPECT_EQ(again.text("/id"), first.text("/id"));
  auto other = api().call("POST", "/events", body, {"Idempotency-Key: k-2"});
  EXPECT_NE(other.text("/id"), first.text("/id"));
}

TEST_F(api_walk, takes_a_list_of_events_all_or_none) {
  add_webhook("one");
  auto good = R"({"event":"deploy.failure","message":"m"})";
  auto reply = api().post("/events", fmt::format("[{},{},{}]", good, good, good));
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.body.at("data").as_array().size(), 3u);
  ASSERT_TRUE(providers.wait_for_count(provider::webhook, 3, deadline()));
  auto bad = api().post("/events", fmt::format(R"([{},{{"event":"x","message":"m"}}])", good));
  EXPECT_EQ(bad.status, 422);
  EXPECT_EQ(bad.text("/errors/0/pointer"), "/1/event");
  EXPECT_EQ(api().get("/events").body.at("data").as_array().size(), 3u);
}

TEST_F(api_walk, sets_the_trigger_matrix_and_resets_it) {
  auto channel = add_webhook("one");
  auto matrix = fmt::format(R"({{"channels":[{{"id":"{}","triggers":{{"deploy.failure":)"
                            R"({{"on":false}},"backup.success":{{"on":true}}}}}}]}})",
                            channel);
  EXPECT_EQ(api().put("/triggers", matrix).status, 200);
  wait_until_ended(send("deploy.failure"));
  wait_until_ended(send("backup.success"));
  auto records = providers.received(provider::webhook);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_THAT(records[0].body, testing::HasSubstr("backup.success"));
  auto shown = api().get("/triggers");
  EXPECT_EQ(shown.body.at("channels").as_array().size(), 1u);
  auto reset = fmt::format(R"({{"channels":[{{"id":"{}","triggers":{{}}}}]}})", channel);
  EXPECT_EQ(api().put("/triggers", reset).status, 200);
  wait_until_ended(send("deploy.failure"));
  EXPECT_EQ(providers.received(provider::webhook).size(), 2u);
}

TEST_F(api_walk, sets_the_triggers_of_all_channels_named_or_of_none) {
  auto first = add_webhook("one");
  auto second = add_channel(R"({"name":"mail","type":"email","settings":{"host":"127.0.0.1",)"
                            R"("port":2525,"from":"a@example.com","to":["b@example.com"]}})");
  auto matrix = [&](const std::string& address) {
    return fmt::format(
      R"({{"channels":[{{"id":"{}","triggers":{{"deploy.failure":{{"on":false}}}}}},)"
      R"({{"id":"{}","triggers":{{"deploy.failure":{{"to":["{}"]}}}}}}]}})",
      first, second, address);
  };
  auto refused = api().put("/triggers", matrix("no address"));
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.text("/errors/0/pointer"), "/channels/1/triggers/deploy.failure/to/0");
  EXPECT_EQ(api().get("/channels/" + first).body.at("revision").to_number<int>(), 1);
  auto taken = api().put("/triggers", matrix("c@example.com"));
  EXPECT_EQ(taken.status, 200);
  EXPECT_EQ(taken.body, api().get("/triggers").body);
  EXPECT_EQ(api().get("/channels/" + first).body.at("revision").to_number<int>(), 2);
  EXPECT_EQ(api().get("/channels/" + second).body.at("revision").to_number<int>(), 2);
  EXPECT_EQ(api().get("/channels/" + second).text("/triggers/deploy.failure/to/0"),
            "c@example.com");
}

TEST_F(api_walk, takes_a_key_for_one_number_of_events_only) {
  std::string one = R"({"event":"deploy.failure","message":"m"})";
  auto send_under_key = [&](const std::string& body) {
    return api().call("POST", "/events", body, {"Idempotency-Key: k-1"});
  };
  EXPECT_EQ(send_under_key("[" + one + "," + one + "]").status, 202);
  for (auto& body : {one, "[" + one + "," + one + "," + one + "]"}) {
    auto reply = send_under_key(body);
    EXPECT_EQ(reply.status, 409);
    EXPECT_EQ(reply.text("/code"), "idempotency_conflict");
  }
  EXPECT_EQ(api().get("/events").body.at("data").as_array().size(), 2u);
}

TEST_F(api_walk, gives_a_customer_its_own_events_and_the_admin_all) {
  add_webhook("admin");
  EXPECT_EQ(api()
              .post("/customers", R"({"name":"acme","display_name":"Acme Corp",)"
                                  R"("services":["my-app"],"portal_enabled":true})")
              .status,
            201);
  // A customer's channel may not reach the operator's network, the stand-in included, so that what
  // is planned for it is what counts here.
  auto channel = add_channel(R"({"name":"own","type":"webhook","owner":"customer/acme",)"
                             R"("settings":{"url":"https://example.com/hook"}})");
  auto deliveries_of = [this](const std::string& customer, const std::string& service) {
    auto reply = api().post("/events", fmt::format(R"({{"event":"deploy.failure","message":"m",)"
                                                   R"("customer":"{}","service":"{}"}})",
                                                   customer, service));
    return reply.body.at("deliveries").to_number<int>();
  };
  EXPECT_EQ(deliveries_of("Acme Corp", "my-app"), 2);
  EXPECT_EQ(deliveries_of("acme", "my-app"), 2);
  EXPECT_EQ(deliveries_of("acme", "other-app"), 1);
  EXPECT_EQ(deliveries_of("Beta", "my-app"), 1);
  EXPECT_EQ(api().patch("/customers/acme", R"({"portal_enabled":false})").status, 200);
  EXPECT_EQ(deliveries_of("acme", "my-app"), 1);
}

TEST_F(api_walk, lets_an_admin_narrow_what_it_hears_of) {
  add_webhook("one");
  auto wishes = R"({"customers":{"include":[],"exclude":["Acme Corp"]}})";
  EXPECT_EQ(api().put("/admins/admin/preferences", wishes).status, 200);
  auto event = wait_until_ended(send("deploy.failure", R"(,"customer":"Acme Corp")"));
  EXPECT_EQ(event.text("/deliveries/0/state"), "suppressed");
  EXPECT_EQ(event.text("/deliveries/0/reason"), "recipient_preference");
  auto other = wait_until_ended(send("deploy.failure", R"(,"customer":"Beta")"));
  EXPECT_EQ(other.text("/deliveries/0/state"), "delivered");
}

TEST_F(api_walk, shows_what_every_actor_and_channel_did) {
  add_webhook("one");
  wait_until_ended(send("deploy.failure"));
  auto stats = api().get("/stats/actors");
  EXPECT_GE(stats.body.at("actors").as_array().size(), 10u);
  EXPECT_EQ(stats.body.at("channels").as_array().size(), 1u);
  EXPECT_EQ(stats.body.at("channels").at(0).at("sent").to_number<int>(), 1);
  EXPECT_EQ(stats.body.at("channels").at(0).at("pending").to_number<int>(), 0);
}

} // namespace

} // namespace tocsin
