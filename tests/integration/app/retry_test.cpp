#include "tests/integration/app/service_fixture.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace tocsin {

namespace {

using standin::provider;

class retries : public service_fixture {};

std::string state_of(api_reply& event) {
  return event.text("/deliveries/0/state");
}

TEST_F(retries, bring_a_delivery_through_a_passing_fault_under_the_same_id) {
  add_webhook("flaky");
  providers.script("webhook/flaky", standin::http_answer(503, "busy").repeated(2));
  auto event = wait_until_ended(send("deploy.failure"));
  EXPECT_EQ(state_of(event), "delivered");
  auto delivery = api().get("/deliveries/" + event.text("/deliveries/0/id"));
  auto& log = delivery.body.at("attempt_log").as_array();
  ASSERT_EQ(log.size(), 3u);
  EXPECT_EQ(delivery.text("/attempt_log/0/outcome"), "retry");
  EXPECT_EQ(delivery.text("/attempt_log/2/outcome"), "delivered");
  auto accepted = providers.received(provider::webhook);
  auto refused = providers.refused(provider::webhook);
  ASSERT_EQ(accepted.size(), 1u);
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(accepted[0].header("webhook-id"), refused[0].header("webhook-id"));
}

TEST_F(retries, end_in_a_dead_letter_when_the_message_is_refused_for_good) {
  add_webhook("strict");
  providers.script("webhook/strict", standin::http_answer(400, "no").repeated(0));
  auto event = wait_until_ended(send("deploy.failure"));
  EXPECT_EQ(state_of(event), "dead_letter");
  EXPECT_THAT(event.text("/deliveries/0/last_code"), testing::HasSubstr("400"));
  auto listed = api().get("/deliveries?state=dead_letter");
  EXPECT_EQ(listed.body.at("data").as_array().size(), 1u);
}

TEST_F(retries, wait_behind_a_dead_endpoint_until_its_channel_is_enabled_again) {
  auto channel = "/channels/" + add_webhook("gone");
  providers.script("webhook/gone", standin::http_answer(410, "gone").repeated(0));
  auto event = send("deploy.failure");
  auto disabled = wait_until(channel, [](api_reply& x) { return !x.body.at("enabled").as_bool(); });
  EXPECT_THAT(disabled.text("/disabled_reason"), testing::HasSubstr("410"));
  EXPECT_EQ(disabled.body.at("revision").to_number<int>(), 2);
  EXPECT_EQ(providers.refused(provider::webhook).size(), 1u);
  auto held = api().get("/events/" + event);
  EXPECT_EQ(state_of(held), "scheduled");
  providers.clear();
  EXPECT_EQ(api().patch(channel, R"({"enabled":true})").status, 200);
  auto ended = wait_until_ended(event);
  EXPECT_EQ(state_of(ended), "delivered");
  EXPECT_EQ(api().get(channel).text("/disabled_reason"), "");
}

TEST_F(retries, bring_deliveries_through_channels_that_must_not_repeat) {
  auto channel = "/channels/" + add_webhook("once");
  EXPECT_EQ(api().patch(channel, R"({"delivery":{"on_ambiguous":"dead_letter"}})").status, 200);
  auto event = wait_until_ended(send("deploy.failure"));
  EXPECT_EQ(state_of(event), "delivered");
}

TEST_F(retries, of_a_customers_channel_are_bounded_by_the_services_settings) {
  EXPECT_EQ(api().post("/customers", R"({"name":"acme"})").status, 201);
  // The service here tries again after 50 ms, but pauses up to 6 h.
  auto refused
    = api().post("/channels", R"({"owner":"customer/acme","name":"slack","type":"slack",)"
                              R"("delivery":{"first_retry_seconds":1,)"
                              R"("max_retry_seconds":60},"settings":{"webhook_url":)"
                              R"("https://hooks.slack.com/services/T00000001/B00000001/)"
                              R"(StandInStandInStandInXX"}})");
  EXPECT_EQ(refused.status, 422);
  ASSERT_EQ(refused.body.at("errors").as_array().size(), 1u);
  EXPECT_EQ(refused.text("/errors/0/pointer"), "/delivery/max_retry_seconds");
  EXPECT_THAT(refused.text("/errors/0/detail"), testing::HasSubstr("at least 21600"));
}

TEST_F(retries, go_on_after_a_restart) {
  add_webhook("down");
  providers.script("webhook/down", standin::http_answer(500, "down").repeated(0));
  auto event = send("deploy.failure");
  ASSERT_TRUE(providers.wait_for_refused_count(provider::webhook, 2, deadline()));
  service->restart();
  providers.clear();
  ASSERT_TRUE(providers.wait_for_count(provider::webhook, 1, deadline()));
  auto ended = wait_until_ended(event);
  EXPECT_EQ(state_of(ended), "delivered");
}

TEST_F(retries, take_what_was_sent_while_the_channel_was_disabled_for_suppressed) {
  auto channel = add_webhook("off");
  EXPECT_EQ(api().patch("/channels/" + channel, R"({"enabled":false})").status, 200);
  auto event = wait_until_ended(send("deploy.failure"));
  EXPECT_EQ(state_of(event), "suppressed");
  EXPECT_EQ(event.text("/deliveries/0/reason"), "channel_disabled");
  EXPECT_EQ(api().patch("/channels/" + channel, R"({"enabled":true})").status, 200);
  EXPECT_EQ(state_of(*std::make_unique<api_reply>(wait_until_ended(send("deploy.failure")))),
            "delivered");
}

TEST_F(retries, let_many_change_a_channel_at_once) {
  auto channel = add_webhook("one");
  std::vector<std::thread> threads;
  std::atomic<int> changed{0};
  for (int i = 0; i < 20; ++i)
    threads.emplace_back([&, i] {
      api_client own{service->url(), service->token()};
      auto patch = fmt::format(R"({{"name":"n{}"}})", i);
      changed += own.patch("/channels/" + channel, patch).status == 200;
    });
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(changed, 20);
  EXPECT_EQ(api().get("/channels/" + channel).body.at("revision").to_number<int>(), 21);
}

TEST_F(retries, refuse_to_start_with_another_key) {
  add_webhook("one");
  auto key = service->data_dir() / "sealing.key";
  std::filesystem::remove(key);
  EXPECT_THROW(service->restart(), std::runtime_error);
  std::ofstream{key} << std::string(64, 'a') << "\n";
  std::filesystem::permissions(key, std::filesystem::perms{0600});
  EXPECT_THROW(service->restart(), std::runtime_error);
}

TEST_F(retries, follow_a_changed_url_at_once) {
  auto channel = add_webhook("old");
  wait_until_ended(send("deploy.failure"));
  auto patch = fmt::format(R"({{"settings":{{"url":"{}"}}}})", providers.webhook_url("new"));
  EXPECT_EQ(api().patch("/channels/" + channel, patch).status, 200);
  wait_until_ended(send("deploy.failure"));
  auto records = providers.received(provider::webhook);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].name, "old");
  EXPECT_EQ(records[1].name, "new");
}

TEST_F(retries, cancel_what_a_removed_channel_owes) {
  auto channel = add_webhook("down");
  providers.script("webhook/down", standin::http_answer(500, "down").repeated(0));
  auto event = send("deploy.failure");
  ASSERT_TRUE(providers.wait_for_refused_count(provider::webhook, 1, deadline()));
  EXPECT_EQ(api().remove("/channels/" + channel).status, 204);
  auto ended = wait_until_ended(event);
  EXPECT_EQ(state_of(ended), "cancelled");
}

} // namespace

} // namespace tocsin
