#include "channels/adapter.hpp"
#include "channels/transport/curl_transport.hpp"
#include "messages/event_catalogue.hpp"
#include "tests/integration/channels/completion_log.hpp"
#include "tests/support/standin/provider_standin.hpp"
#include "tests/unit/channels/sample_events.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>

namespace tocsin::channels {

namespace {

using standin::provider;
using ::testing::HasSubstr;

/// Both alerting services by the rules they publish.
class alerts : public ::testing::TestWithParam<provider> {
protected:
  void SetUp() override {
    auto failed = standin_.start();
    ASSERT_FALSE(failed) << *failed;
    transport_ = std::make_unique<curl_transport>();
    auto settings = GetParam() == provider::pagerduty
                      ? fmt::format(R"({{"format":"pagerduty","url":"{}","routing_key":"{}"}})",
                                    standin_.pagerduty_url(), std::string(32, 'a'))
                      : fmt::format(R"({{"format":"opsgenie","url":"{}","api_key":"key"}})",
                                    standin_.opsgenie_url());
    adapter_ = make_adapter(channel_type::webhook, settings).value();
  }

  outcome send(const accepted_event& event) {
    auto request = adapter_->render({delivery_id{event.id.plus(1)}, event, "", event.accepted_at});
    auto log = std::make_shared<completion_log>();
    transport_->submit(log, {{1, std::move(request.value())}});
    EXPECT_TRUE(log->wait_for(1));
    return adapter_->classify(log->reply(1));
  }

  void expect_delivered(const accepted_event& event) {
    auto result = send(event);
    EXPECT_EQ(to_string(result.kind), "delivered") << result.code << ' ' << result.text;
    EXPECT_EQ(result.code, "202");
    for (auto& refused : standin_.refused())
      ADD_FAILURE() << refused.reason;
    standin_.clear();
  }

  standin::provider_standin standin_;
  std::unique_ptr<curl_transport> transport_;
  std::unique_ptr<adapter> adapter_;
};

TEST_P(alerts, are_taken_for_every_type_of_event) {
  for (auto& type : event_catalogue()) {
    auto event = sample_event();
    event.value.type = type.name;
    expect_delivered(event);
  }
}

TEST_P(alerts, are_taken_whatever_an_event_says) {
  for (auto type : {"deploy.failure", "deploy.success"})
    for (auto event : nasty_events()) {
      event.value.type = type;
      expect_delivered(event);
    }
}

TEST_P(alerts, are_refused_for_good_where_they_are_wrong) {
  standin_.script(std::string{to_string(GetParam())}, standin::http_answer(400, "{}"));
  EXPECT_EQ(send(sample_event()).kind, outcome_class::rejected);
  standin_.script(std::string{to_string(GetParam())}, standin::http_answer(429, "{}"));
  EXPECT_EQ(send(sample_event()).kind, outcome_class::throttled);
  standin_.script(std::string{to_string(GetParam())}, standin::html_bad_gateway());
  EXPECT_EQ(send(sample_event()).kind, outcome_class::retry);
}

TEST_P(alerts, do_not_take_the_plain_event) {
  auto url = GetParam() == provider::pagerduty ? standin_.pagerduty_url() : standin_.opsgenie_url();
  adapter_ = make_adapter(channel_type::webhook, fmt::format(R"({{"url":"{}"}})", url)).value();
  send(sample_event());
  EXPECT_EQ(standin_.refused().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(services, alerts,
                         ::testing::Values(provider::pagerduty, provider::opsgenie),
                         [](auto& x) { return std::string{to_string(x.param)}; });

} // namespace

} // namespace tocsin::channels
