#pragma once

#include "channels/adapter.hpp"
#include "channels/transport/curl_transport.hpp"
#include "tests/integration/channels/completion_log.hpp"
#include "tests/support/standin/provider_standin.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace tocsin::channels {

/// One channel of any type before the stand-in, which checks every request as strictly as its
/// provider, or more so.
class standin_channel {
public:
  /// `patience` is how long replies may take.
  explicit standin_channel(channel_type type,
                           std::chrono::milliseconds patience = std::chrono::seconds{20})
    : patience_{patience} {
    providers.set_webhook_secrets("orders", {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"});
    auto failed = providers.start();
    EXPECT_FALSE(failed) << *failed;
    transport_options options;
    options.ca_file = providers.certificate_path().string();
    options.total_timeout = patience;
    transport_ = std::make_unique<curl_transport>(options);
    auto before
      = [](const std::string& url, std::string_view part) { return url.substr(0, url.find(part)); };
    provider_endpoints endpoints;
    endpoints.slack = before(providers.slack_url(), "/services/");
    endpoints.discord = before(providers.discord_url(), "/api/");
    endpoints.telegram = providers.telegram_base_url();
    auto made = make_adapter(type, settings(type), endpoints);
    if (!made)
      ADD_FAILURE() << made.error().fields.at(0).pointer << made.error().fields.at(0).detail;
    else
      adapter_ = std::move(*made);
  }

  /// Renders, sends and judges.
  verdict send(const accepted_event& event, bool plain = false) {
    auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    auto destination = adapter_->destinations().front();
    auto request = adapter_
                     ->render({.id = delivery_id{event.id.plus(++sent_)},
                               .event = event,
                               .destination = destination,
                               .now = now,
                               .plain = plain})
                     .value();
    if (auto* mail = std::get_if<smtp_request>(&request)) {
      auto server = std::make_shared<smtp_server>(*mail->server);
      server->reply_timeout = patience_;
      mail->server = std::move(server);
    }
    auto log = std::make_shared<completion_log>();
    transport_->submit(log, {{1, std::move(request)}});
    EXPECT_TRUE(log->wait_for(1));
    return adapter_->classify(log->reply(1));
  }

  standin::provider_standin providers;

private:
  std::string settings(channel_type type) const {
    auto path_of
      = [](const std::string& url, std::string_view part) { return url.substr(url.find(part)); };
    switch (type) {
    case channel_type::email:
      return fmt::format(
        R"({{"host":"127.0.0.1","port":{},"username":"standin","password":"standin-password",
                             "from":"Tocsin <tocsin@example.com>","to":["ops@example.com"]}})",
        providers.ports().smtp);
    case channel_type::slack:
      return fmt::format(R"({{"webhook_url":"https://hooks.slack.com{}"}})",
                         path_of(providers.slack_url(), "/services/"));
    case channel_type::discord:
      return fmt::format(R"({{"webhook_url":"https://discord.com/api{}"}})",
                         path_of(providers.discord_url(), "/webhooks/"));
    case channel_type::telegram:
      return fmt::format(R"({{"bot_token":"{}","chat_id":-1001234567890,"topic_id":5}})",
                         standin::provider_standin::telegram_token);
    case channel_type::webhook: break;
    }
    return fmt::format(R"({{"url":"{}","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}})",
                       providers.secure_webhook_url("orders"));
  }

  std::chrono::milliseconds patience_;
  std::unique_ptr<curl_transport> transport_;
  std::unique_ptr<adapter> adapter_;
  uint32_t sent_ = 0;
};

} // namespace tocsin::channels
