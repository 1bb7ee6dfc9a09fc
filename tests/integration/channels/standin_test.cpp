#include "channels/adapter.hpp"
#include "channels/transport.hpp"
#include "messages/event_catalogue.hpp"
#include "tests/integration/channels/completion_log.hpp"
#include "tests/support/standin/provider_standin.hpp"
#include "tests/unit/channels/sample_events.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace tocsin::channels {

namespace {

using standin::provider;
using standin::provider_standin;

/// The stand-in checks every request as strictly as its provider, or more so.
class against_the_standin : public ::testing::TestWithParam<channel_type> {
protected:
  void SetUp() override {
    standin_.set_webhook_secrets("orders", {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"});
    auto failed = standin_.start();
    ASSERT_FALSE(failed) << *failed;
    transport_options options;
    options.ca_file = standin_.certificate_path().string();
    transport_ = std::make_unique<transport>(options);
    auto before
      = [](const std::string& url, std::string_view part) { return url.substr(0, url.find(part)); };
    endpoints_.slack = before(standin_.slack_url(), "/services/");
    endpoints_.discord = before(standin_.discord_url(), "/api/");
    endpoints_.telegram = standin_.telegram_base_url();
    auto made = make_adapter(GetParam(), settings(), endpoints_);
    ASSERT_TRUE(made) << made.error().fields.at(0).pointer << made.error().fields.at(0).detail;
    adapter_ = std::move(*made);
  }

  std::string settings() const {
    auto path_of
      = [](const std::string& url, std::string_view part) { return url.substr(url.find(part)); };
    switch (GetParam()) {
    case channel_type::email:
      return fmt::format(
        R"({{"host":"127.0.0.1","port":{},"username":"standin","password":"standin-password",
                             "from":"Tocsin <tocsin@example.com>","to":["ops@example.com"]}})",
        standin_.ports().smtp);
    case channel_type::slack:
      return fmt::format(R"({{"webhook_url":"https://hooks.slack.com{}"}})",
                         path_of(standin_.slack_url(), "/services/"));
    case channel_type::discord:
      return fmt::format(R"({{"webhook_url":"https://discord.com/api{}"}})",
                         path_of(standin_.discord_url(), "/webhooks/"));
    case channel_type::telegram:
      return fmt::format(R"({{"bot_token":"{}","chat_id":-1001234567890,"topic_id":5}})",
                         provider_standin::telegram_token);
    case channel_type::webhook: break;
    }
    return fmt::format(R"({{"url":"{}","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}})",
                       standin_.secure_webhook_url("orders"));
  }

  outcome send(const accepted_event& event) {
    auto id = delivery_id{event.id.plus(++sent_)};
    auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    auto request = adapter_->render({id, event, adapter_->destinations().front(), now}).value();
    auto log = std::make_shared<completion_log>();
    transport_->submit(log, {{1, std::move(request)}});
    EXPECT_TRUE(log->wait_for(1));
    return adapter_->classify(log->reply(1));
  }

  void expect_delivered(const accepted_event& event) {
    auto result = send(event);
    EXPECT_EQ(to_string(result.kind), "delivered") << result.code << ' ' << result.text;
    for (auto& refused : standin_.refused())
      ADD_FAILURE() << refused.reason;
    standin_.clear();
  }

  provider_standin standin_;
  provider_endpoints endpoints_;
  std::unique_ptr<transport> transport_;
  std::unique_ptr<adapter> adapter_;
  uint32_t sent_ = 0;
};

TEST_P(against_the_standin, every_type_of_event_is_delivered) {
  auto event = sample_event();
  for (auto& type : event_catalogue()) {
    event.value.type = type.name;
    expect_delivered(event);
  }
}

TEST_P(against_the_standin, whatever_an_event_says_it_is_delivered) {
  for (auto& event : nasty_events()) {
    SCOPED_TRACE(event.value.message.substr(0, 40));
    expect_delivered(event);
  }
}

INSTANTIATE_TEST_SUITE_P(channels, against_the_standin,
                         ::testing::Values(channel_type::email, channel_type::slack,
                                           channel_type::discord, channel_type::telegram,
                                           channel_type::webhook),
                         [](auto& instance) { return std::string{to_string(instance.param)}; });

} // namespace

} // namespace tocsin::channels
