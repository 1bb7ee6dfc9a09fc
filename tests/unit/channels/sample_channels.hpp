#pragma once

#include "channels/adapter.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>

namespace tocsin::channels {

inline constexpr const char* sample_slack_secret = "XXXXXXXXXXXXXXXXXXXXabcd";
inline constexpr const char* sample_discord_token
  = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
inline constexpr const char* sample_bot_token = "123456:ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDE";

/// The settings of a plain channel of `type`.
inline std::string sample_settings(channel_type type) {
  switch (type) {
  case channel_type::email: return R"({"host":"mx","from":"a@example.com","to":["c@d"]})";
  case channel_type::slack:
    return fmt::format(
      R"({{"webhook_url":"https://hooks.slack.com/services/T00000000/B00000000/{}"}})",
      sample_slack_secret);
  case channel_type::discord:
    return fmt::format(
      R"({{"webhook_url":"https://discord.com/api/webhooks/12345678901234567/{}"}})",
      sample_discord_token);
  case channel_type::telegram:
    return fmt::format(R"({{"bot_token":"{}","chat_id":-1001}})", sample_bot_token);
  case channel_type::webhook: break;
  }
  return R"({"url":"https://example.com/"})";
}

/// A plain channel of `type`.
inline std::unique_ptr<adapter> sample_channel(channel_type type) {
  return make_adapter(type, sample_settings(type)).value();
}

} // namespace tocsin::channels
