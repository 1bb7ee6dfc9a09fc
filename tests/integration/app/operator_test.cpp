#include "messages/timestamp.hpp"
#include "tests/integration/app/service_fixture.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <thread>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using standin::provider;
using testing::HasSubstr;

/// What operators do about deliveries that failed.
class operators : public service_fixture {
protected:
  /// Sends this many events, all of which the webhook `name` refuses; gives their deliveries.
  std::vector<std::string> bury(const std::string& name, int count) {
    providers.script("webhook/" + name, standin::http_answer(400, "no").repeated(0));
    std::vector<std::string> result;
    // One after the other, so that the breaker stays closed: a 400 is believed at the third try.
    for (int i = 0; i < count; ++i) {
      auto ended = wait_until_ended(send("deploy.failure"));
      EXPECT_EQ(ended.text("/deliveries/0/state"), "dead_letter");
      result.push_back(ended.text("/deliveries/0/id"));
    }
    return result;
  }

  api_reply replay(const std::string& body) { return api().post("/dead-letters/replay", body); }

  static uint64_t count(const api_reply& reply, const std::string& member) {
    return reply.body.at(member).to_number<uint64_t>();
  }

  api_reply wait_for_state(const std::string& delivery, const std::string& state) {
    return wait_until("/deliveries/" + delivery,
                      [&](api_reply& x) { return x.text("/state") == state; });
  }

  /// How often each delivery was taken by the webhooks.
  std::map<std::string, int> taken() {
    std::map<std::string, int> result;
    for (auto& x : providers.received(provider::webhook))
      ++result[std::string{x.header("webhook-id")}];
    return result;
  }
};

TEST_F(operators, bring_dead_letters_through_once_the_endpoint_is_mended) {
  auto channel = add_webhook("shop");
  auto buried = bury("shop", 5);
  auto groups = api().get("/dead-letters/groups");
  ASSERT_EQ(groups.body.at("data").as_array().size(), 1u);
  EXPECT_EQ(groups.text("/data/0/channel"), channel);
  EXPECT_THAT(groups.text("/data/0/code"), HasSubstr("400"));
  EXPECT_EQ(groups.body.at("data").at(0).at("count"), 5);
  EXPECT_NE(groups.text("/data/0/sample_text"), "");
  auto listed = api().get("/dead-letters?channel=" + channel);
  EXPECT_EQ(listed.text("/data/0/id"), buried.back());
  auto selection
    = fmt::format(R"("channel":"{}","code":"{}")", channel, groups.text("/data/0/code"));
  auto would_be = replay("{" + selection + R"(,"dry_run":true})");
  EXPECT_EQ(would_be.status, 200);
  EXPECT_EQ(count(would_be, "matched"), 5u);
  EXPECT_EQ(count(would_be, "replayed"), 0u);
  EXPECT_EQ(count(would_be, "may_duplicate"), 0u);
  EXPECT_EQ(wait_for_state(buried[0], "dead_letter").status, 200);
  providers.clear();
  auto done = replay("{" + selection + R"(,"per_minute":600})");
  EXPECT_EQ(count(done, "replayed"), 5u) << boost::json::serialize(done.body);
  EXPECT_EQ(count(replay("{" + selection + "}"), "matched"), 0u);
  auto first = *parse_rfc3339(done.text("/first_due_at"));
  for (size_t i = 0; i < buried.size(); ++i) {
    auto x = wait_for_state(buried[i], "delivered");
    // A tenth of a second apart, and never before its time.
    EXPECT_GE(*parse_rfc3339(x.text("/finished_at")), first + 100ms * i);
  }
  EXPECT_EQ(*parse_rfc3339(done.text("/last_due_at")), first + 400ms);
  EXPECT_EQ(taken().size(), 5u);
  for (auto& [id, times] : taken())
    EXPECT_EQ(times, 1) << id;
  EXPECT_TRUE(api().get("/dead-letters/groups").body.at("data").as_array().empty());
}

TEST_F(operators, are_warned_of_what_may_have_arrived) {
  auto channel = add_webhook("once");
  EXPECT_EQ(
    api().patch("/channels/" + channel, R"({"delivery":{"on_ambiguous":"dead_letter"}})").status,
    200);
  providers.script("webhook/once", standin::closed_connection().after_accepting());
  auto event = wait_until_ended(send("deploy.failure"));
  ASSERT_EQ(event.text("/deliveries/0/state"), "dead_letter");
  auto listed = api().get("/dead-letters");
  EXPECT_EQ(listed.body.at("data").at(0).at("may_duplicate"), true);
  auto would_be = replay(R"({"event_type":"deploy.failure","dry_run":true})");
  EXPECT_EQ(count(would_be, "may_duplicate"), 1u);
  EXPECT_EQ(count(replay(R"({"event_type":"deploy.failure"})"), "replayed"), 1u);
  wait_for_state(event.text("/deliveries/0/id"), "delivered");
  ASSERT_EQ(taken().size(), 1u);
  EXPECT_EQ(taken().begin()->second, 2);
}

TEST_F(operators, lose_no_replay_to_a_restart) {
  add_webhook("shop");
  auto buried = bury("shop", 3);
  providers.clear();
  auto ids = fmt::format(R"({{"ids":["{}","{}","{}"],"per_minute":120}})", buried[0], buried[1],
                         buried[2]);
  EXPECT_EQ(count(replay(ids), "replayed"), 3u);
  service->restart();
  EXPECT_EQ(count(replay(ids), "skipped"), 3u);
  for (auto& id : buried)
    wait_for_state(id, "delivered");
  EXPECT_EQ(taken().size(), 3u);
  EXPECT_EQ(providers.received(provider::webhook).size(), 3u);
}

TEST_F(operators, discard_with_a_reason_what_nobody_wants_any_more) {
  add_webhook("shop");
  auto buried = bury("shop", 2);
  auto body = fmt::format(R"({{"ids":["{}"],"reason":"the site has moved"}})", buried[0]);
  auto done = api().post("/dead-letters/discard", body);
  EXPECT_EQ(count(done, "discarded"), 1u) << boost::json::serialize(done.body);
  auto shown = api().get("/deliveries/" + buried[0]);
  EXPECT_EQ(shown.text("/state"), "cancelled");
  EXPECT_EQ(shown.text("/note"), "the site has moved");
  EXPECT_EQ(count(api().post("/dead-letters/discard", body), "skipped"), 1u);
  EXPECT_EQ(api().get("/dead-letters").body.at("data").as_array().size(), 1u);
}

TEST_F(operators, send_again_what_waits_for_its_retry_and_send_it_once) {
  auto channel = add_webhook("shop");
  auto patient = R"({"delivery":{"first_retry_seconds":3600,"max_retry_seconds":3600}})";
  EXPECT_EQ(api().patch("/channels/" + channel, patient).status, 200);
  providers.script("webhook/shop", standin::http_answer(503, "busy"));
  auto event = send("deploy.failure");
  auto shown = wait_until(
    "/events/" + event, [](api_reply& x) { return x.text("/deliveries/0/state") == "scheduled"; });
  auto path = "/deliveries/" + shown.text("/deliveries/0/id");
  std::vector<std::thread> impatient;
  for (int i = 0; i < 8; ++i)
    impatient.emplace_back([&] {
      api_client own{service->url(), service->token()};
      for (int k = 0; k < 10; ++k) {
        auto status = own.post(path + "/resend", "").status;
        EXPECT_TRUE(status == 200 || status == 409) << status;
      }
    });
  for (auto& x : impatient)
    x.join();
  auto ended = wait_until_ended(event);
  EXPECT_EQ(ended.text("/deliveries/0/state"), "delivered");
  EXPECT_EQ(api().post(path + "/resend", "").text("/code"), "conflict");
  EXPECT_EQ(providers.received(provider::webhook).size(), 1u);
  auto again = api().post(path + "/resend", R"({"allow_duplicate":true})");
  EXPECT_EQ(again.body.at("changed"), true);
  ASSERT_TRUE(providers.wait_for_count(provider::webhook, 2, deadline()));
  EXPECT_EQ(taken().begin()->second, 2);
}

TEST_F(operators, cancel_what_waits_but_not_what_is_being_sent) {
  auto channel = add_webhook("slow");
  providers.script("webhook/slow", standin::slow(4s));
  auto event = send("deploy.failure");
  wait_until("/stats/actors", [](api_reply& x) {
    auto& channels = x.body.at("channels").as_array();
    return !channels.empty() && channels[0].at("in_flight") == 1;
  });
  auto path = "/deliveries/" + api().get("/events/" + event).text("/deliveries/0/id");
  auto refused = api().post(path + "/cancel", "");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.text("/code"), "in_flight");
  EXPECT_EQ(wait_until_ended(event).text("/deliveries/0/state"), "delivered");
  EXPECT_EQ(api().post(path + "/cancel", "").text("/code"), "conflict");
  auto patient = R"({"delivery":{"first_retry_seconds":3600,"max_retry_seconds":3600}})";
  EXPECT_EQ(api().patch("/channels/" + channel, patient).status, 200);
  providers.script("webhook/slow", standin::http_answer(503, "busy"));
  auto second = send("deploy.failure");
  auto waits = wait_until(
    "/events/" + second, [](api_reply& x) { return x.text("/deliveries/0/state") == "scheduled"; });
  auto done = api().post("/deliveries/" + waits.text("/deliveries/0/id") + "/cancel",
                         R"({"reason":"not needed"})");
  EXPECT_EQ(done.text("/delivery/state"), "cancelled");
  EXPECT_EQ(done.text("/delivery/note"), "not needed");
}

TEST_F(operators, see_the_message_of_a_delivery_without_secrets) {
  auto channel = add_channel(fmt::format(
    R"({{"name":"shop","type":"webhook","settings":{{"url":"{}","headers":{{"X-Key":"hush-hush"}}}}}})",
    providers.webhook_url("shop")));
  auto event = wait_until_ended(send("deploy.failure"));
  auto path = "/deliveries/" + event.text("/deliveries/0/id") + "/message";
  auto shown = api().get(path);
  EXPECT_EQ(shown.text("/event_type"), "deploy.failure");
  EXPECT_THAT(shown.text("/request/body"), HasSubstr("It happened"));
  EXPECT_THAT(boost::json::serialize(shown.body), testing::Not(HasSubstr("hush-hush")));
  EXPECT_EQ(api().remove("/channels/" + channel).status, 204);
  EXPECT_EQ(api().get(path).text("/code"), "conflict");
}

TEST_F(operators, find_deliveries_by_what_they_remember) {
  add_webhook("shop");
  auto event = wait_until_ended(send("deploy.failure", R"(,"customer":"Acme Corp")"));
  wait_until_ended(send("ssl.expiring"));
  auto id = event.text("/deliveries/0/id");
  auto created = event.text("/deliveries/0/created_at");
  for (auto query : {std::string{"customer=Acme%20Corp"}, std::string{"event_type=deploy.failure"},
                     "service=my-app&text=HAPPENED&outcome=delivered&until=2100-01-01T00:00:00Z"
                       + std::string{"&event_type=deploy.failure"},
                     "since=" + created + "&customer=Acme%20Corp"}) {
    auto found = api().get("/deliveries?" + query);
    ASSERT_EQ(found.body.at("data").as_array().size(), 1u) << query;
    EXPECT_EQ(found.text("/data/0/id"), id);
  }
  for (auto query : {"text=nothing", "customer=acme", "until=2020-01-01T00:00:00Z",
                     "since=2100-01-01T00:00:00Z", "outcome=rejected", "code=404"})
    EXPECT_TRUE(api().get(std::string{"/deliveries?"} + query).body.at("data").as_array().empty())
      << query;
}

} // namespace

} // namespace tocsin
