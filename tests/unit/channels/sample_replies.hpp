#pragma once

#include "channels/adapter.hpp"
#include "tests/unit/channels/sample_channels.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tocsin::channels {

/// A channel of `type` that has every secret it may have.
inline std::unique_ptr<adapter> channel_with_secrets(channel_type type) {
  if (type == channel_type::email)
    return make_adapter(
             type,
             R"({"host":"mx","from":"a@b","to":["c@d"],"username":"u","password":"hunter22"})")
      .value();
  if (type == channel_type::webhook)
    return make_adapter(
             type,
             R"({"url":"https://example.com/hook/s3cr3t","headers":{"X-Key":"value-of-key"},
                 "secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})")
      .value();
  return sample_channel(type);
}

/// A reply that came in full, at 08:49:37 of Sunday, 6 November 1994.
inline wire_reply http_reply(int code, std::string body, std::string retry_after = "") {
  wire_reply result;
  result.stage = attempt_stage::accepted;
  result.code = code;
  result.sent = true;
  result.body = std::move(body);
  result.retry_after = std::move(retry_after);
  result.received_at = timestamp{std::chrono::seconds{784111777}};
  return result;
}

/// A body with which Telegram refuses.
inline std::string telegram_refusal(int code, std::string_view description,
                                    std::string_view parameters = "") {
  return fmt::format(R"({{"ok":false,"error_code":{},"description":"{}"{}{}}})", code, description,
                     parameters.empty() ? "" : R"(,"parameters":)", parameters);
}

} // namespace tocsin::channels
