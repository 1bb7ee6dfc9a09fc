#include "tests/integration/app/service_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin {

namespace {

using standin::provider;

/// Channels whose endpoints are dead, and a webhook of the same owner that hears of it.
class disabled_channels : public service_fixture {
protected:
  /// The announcement as the webhook `ears` got it; fails if none comes.
  boost::json::object announcement() {
    auto found = providers.wait_for(
      [](const standin::record& x) {
        return x.name == "ears" && x.body.find("channel.disabled") != std::string::npos;
      },
      deadline());
    EXPECT_TRUE(found);
    return found ? boost::json::parse(found->body).as_object() : boost::json::object{};
  }

  size_t announcements() {
    size_t result = 0;
    for (auto& x : providers.received(provider::webhook))
      result += x.body.find("channel.disabled") != std::string::npos;
    return result;
  }

  /// Sees that `channel` is disabled by the service, with `code` as the reason.
  void expect_disabled(const std::string& channel, const std::string& code) {
    auto shown = wait_until("/channels/" + channel,
                            [](api_reply& reply) { return !reply.body.at("enabled").as_bool(); });
    EXPECT_THAT(shown.text("/disabled_reason"), testing::StartsWith(code));
    auto noted = api().get("/audit?author=service&object=channel/" + channel);
    EXPECT_EQ(noted.text("/data/0/action"), "channel.change");
    EXPECT_THAT(noted.text("/data/0/after/disabled_reason"), testing::StartsWith(code));
    auto told = announcement();
    EXPECT_EQ(boost::json::value_to<std::string>(told["details"].at("channel")), channel);
    EXPECT_THAT(boost::json::value_to<std::string>(told["details"].at("code")),
                testing::StartsWith(code));
  }

  void enable(const std::string& channel) {
    EXPECT_EQ(api().patch("/channels/" + channel, R"({"enabled":true})").status, 200);
  }

  std::string state_at(const std::string& event, const std::string& channel) {
    auto shown = api().get("/events/" + event);
    for (auto& x : shown.body.at("deliveries").as_array())
      if (boost::json::value_to<std::string>(x.at("channel")) == channel)
        return boost::json::value_to<std::string>(x.at("state"));
    return "none";
  }

  std::string ears = add_webhook("ears");
};

TEST_F(disabled_channels, keep_what_they_owe_and_send_it_when_they_are_enabled_again) {
  auto gone = add_webhook("gone");
  providers.script("webhook/gone", standin::http_answer(410, "gone").repeated(0));
  auto event = send("deploy.failure");
  expect_disabled(gone, "410");
  EXPECT_EQ(state_at(event, gone), "scheduled");
  providers.clear();
  enable(gone);
  wait_until_ended(event);
  EXPECT_EQ(state_at(event, gone), "delivered");
}

TEST_F(disabled_channels, are_announced_once_whatever_is_restarted) {
  auto gone = add_webhook("gone");
  providers.script("webhook/gone", standin::http_answer(410, "gone").repeated(0));
  send("deploy.failure");
  send("deploy.failure");
  expect_disabled(gone, "410");
  service->restart();
  // What is sent after the start comes after what the start brought about.
  auto last = send("backup.failure");
  auto arrived = providers.wait_for(
    [](const standin::record& x) {
      return x.name == "ears" && x.body.find("backup.failure") != std::string::npos;
    },
    deadline());
  EXPECT_TRUE(arrived);
  EXPECT_EQ(announcements(), 1u);
}

TEST_F(disabled_channels, include_a_revoked_slack_webhook) {
  auto slack = add_channel(
    R"({"name":"slack","type":"slack","settings":{"webhook_url":)"
    R"("https://hooks.slack.com/services/T00000001/B00000001/abcdefghijklmnopqrstuvwx"}})");
  providers.script("slack", standin::find_failure("slack.no_service")->repeated(0));
  send("deploy.failure");
  expect_disabled(slack, "404");
}

TEST_F(disabled_channels, include_a_mailbox_with_a_wrong_password) {
  auto mail = add_channel(
    fmt::format(R"({{"name":"mail","type":"email","settings":{{"host":"127.0.0.1","port":{},)"
                R"("encryption":"starttls","username":"standin","password":"wrong",)"
                R"("from":"a@example.com","to":["b@example.com"]}}}})",
                providers.ports().smtp));
  send("deploy.failure");
  expect_disabled(mail, "535");
}

TEST_F(disabled_channels, cannot_be_announced_by_anybody_else) {
  auto reply = api().post("/events", R"({"event":"channel.disabled","message":"m"})");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.text("/errors/0/code"), "reserved");
}

} // namespace

} // namespace tocsin
