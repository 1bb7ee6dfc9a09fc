#include "tests/unit/channels/sample_replies.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;
using enum outcome_class;

/// One row of a provider's table.
struct table_row {
  int status;
  std::string body;
  outcome_class kind;
  /// 0 for none.
  std::chrono::seconds wait = 0s;
  std::string retry_after = {};
  uint16_t refusal = 1;
};

void PrintTo(const table_row& x, std::ostream* out) {
  *out << x.status << ' ' << x.body << " -> " << to_string(x.kind);
}

void expect_row(channel_type type, const table_row& x) {
  auto result
    = channel_with_secrets(type)->classify(http_reply(x.status, x.body, x.retry_after), x.refusal);
  EXPECT_EQ(to_string(result.kind), to_string(x.kind));
  EXPECT_EQ(result.wait.value_or(0s), x.wait);
  EXPECT_TRUE(result.code.starts_with(std::to_string(x.status))) << result.code;
  EXPECT_EQ(result.stage, attempt_stage::accepted);
}

class slack_table : public ::testing::TestWithParam<table_row> {};

TEST_P(slack_table, row) {
  expect_row(channel_type::slack, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
  channels, slack_table,
  ::testing::Values(
    table_row{200, "ok", delivered}, table_row{200, "ok\n", delivered},
    table_row{200, "<html>welcome</html>", rejected}, table_row{200, "", rejected},
    table_row{400, "invalid_payload", rejected}, table_row{404, "user_not_found", rejected},
    table_row{400, "user_not_found", rejected},
    // The body counts, whatever the status beside it.
    table_row{200, "no_service", dead_endpoint}, table_row{500, "channel_not_found", dead_endpoint},
    table_row{200, "invalid_blocks", rejected}, table_row{410, "", dead_endpoint},
    table_row{403, "posting_to_general_channel_denied", dead_endpoint}, table_row{408, "", retry},
    table_row{400, "invalid_blocks", rejected}, table_row{400, "no_text", rejected},
    table_row{400, "too_many_attachments", rejected},
    table_row{400, "invalid_attachments", rejected},
    table_row{500, "msg_blocks_too_long", rejected},
    table_row{403, "action_prohibited", dead_endpoint},
    table_row{403, "invalid_token", dead_endpoint},
    table_row{400, "posting_to_general_channel_denied", dead_endpoint},
    table_row{404, "channel_not_found", dead_endpoint}, table_row{404, "no_service", dead_endpoint},
    table_row{404, "no_service_id", dead_endpoint},
    table_row{404, "no_active_hooks", dead_endpoint}, table_row{404, "no_team", dead_endpoint},
    table_row{410, "channel_is_archived", dead_endpoint},
    table_row{403, "team_disabled", dead_endpoint}, table_row{429, "", throttled, 30s},
    table_row{429, "rate_limited", throttled, 7s, "7"},
    table_row{429, "", throttled, 3600s, "86400"}, table_row{500, "rollup_error", retry},
    table_row{503, "<html>", retry}, table_row{503, "", retry, 600s, "600"},
    table_row{502, "", retry}, table_row{302, "", rejected}, table_row{418, "teapot", rejected},
    // What Slack's documents and its changelog of 2016 give different statuses for.
    table_row{403, "channel_is_archived", dead_endpoint},
    table_row{400, "msg_blocks_too_long", rejected}, table_row{404, "team_disabled", dead_endpoint},
    table_row{200, "invalid_payload", rejected},
    // What a relay in between says is believed the third time.
    table_row{404, " <html>no such site</html>", retry}, table_row{403, "<html>", retry},
    table_row{410, "<html>", retry}, table_row{404, "<html>", retry, 0s, "", 2},
    table_row{404, "<html>", rejected, 0s, "", 3},
    table_row{410, "<html>", dead_endpoint, 0s, "", 3}));

class discord_table : public ::testing::TestWithParam<table_row> {};

TEST_P(discord_table, row) {
  expect_row(channel_type::discord, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
  channels, discord_table,
  ::testing::Values(
    table_row{200, R"({"id":"1"})", delivered}, table_row{204, "", delivered},
    table_row{200, "<html>captive portal</html>", rejected}, table_row{200, "", rejected},
    table_row{429, R"({"message":"slow down","retry_after":1.337,"global":false})", throttled, 2s,
              "9"},
    table_row{429, R"({"message":"slow down","retry_after":0.2,"global":true})", throttled, 1s},
    table_row{429, R"({"message":"x","retry_after":1e9})", throttled, 3600s},
    table_row{429, R"({"message":"x"})", throttled, 5s, "5"}, table_row{429, "{}", throttled, 30s},
    table_row{429, "<html>cloudflare</html>", throttled, 600s, "5"},
    table_row{403, "<html>blocked</html>", throttled, 600s},
    table_row{404, R"({"code":10015,"message":"Unknown Webhook"})", dead_endpoint},
    table_row{401, R"({"code":50027,"message":"Invalid Webhook Token"})", dead_endpoint},
    table_row{404, R"({"code":10016})", dead_endpoint},
    table_row{404, R"({"code":10003})", dead_endpoint},
    table_row{404, R"({"code":10004})", dead_endpoint},
    table_row{403, R"({"code":50013})", dead_endpoint},
    table_row{403, R"({"code":50001})", dead_endpoint},
    table_row{400, R"({"code":160005})", dead_endpoint},
    table_row{400, R"({"code":50083})", dead_endpoint},
    table_row{400, R"({"code":50035})", rejected}, table_row{400, R"({"code":50006})", rejected},
    table_row{400, R"({"code":50109})", rejected},
    table_row{400, R"({"code":0,"message":"400: Bad Request"})", rejected},
    table_row{413, R"({"code":40005})", rejected}, table_row{400, R"({"code":200000})", rejected},
    table_row{400, R"({"code":240000})", rejected}, table_row{400, R"({"code":220001})", rejected},
    table_row{400, R"({"code":220002})", rejected}, table_row{400, R"({"code":220003})", rejected},
    // The code counts, whatever the status beside it.
    table_row{400, R"({"code":10015})", dead_endpoint},
    table_row{500, R"({"code":50035})", rejected}, table_row{403, R"({"code":130000})", retry},
    table_row{404, R"({"code":20016})", retry}, table_row{413, "", rejected},
    table_row{401, "", dead_endpoint}, table_row{408, "", retry},
    // What a relay in between says.
    table_row{404, "<html>no such site</html>", retry}, table_row{401, "<html>", retry},
    table_row{400, R"({"code":220004})", rejected}, table_row{400, R"({"code":40058})", rejected},
    table_row{400, R"({"code":40067})", rejected},
    table_row{403, R"({"code":40333,"message":"internal network error"})", throttled, 600s},
    table_row{403, R"({"code":40004})", retry}, table_row{403, R"({"code":40006})", retry},
    table_row{400, R"({"code":40062})", retry}, table_row{400, R"({"code":110001})", retry},
    table_row{503, R"({"code":130000})", retry}, table_row{400, R"({"code":20016})", retry},
    table_row{400, R"({"code":20028})", retry}, table_row{400, R"({"code":20029})", retry},
    table_row{502, "<html>", retry}, table_row{503, "", retry, 600s, "600"},
    table_row{500, "", retry}, table_row{404, "", dead_endpoint}, table_row{302, "", rejected},
    table_row{429, R"({"code":40062,"retry_after":3})", throttled, 3s},
    table_row{429, R"({"code":20028,"retry_after":3.5})", throttled, 4s},
    table_row{404, R"({"code":0,"message":"404: Not Found"})", dead_endpoint},
    table_row{401, R"({"code":0,"message":"401: Unauthorized"})", dead_endpoint},
    table_row{500, R"({"code":0,"message":"500: Internal Server Error"})", retry}));

class telegram_table : public ::testing::TestWithParam<table_row> {};

TEST_P(telegram_table, row) {
  expect_row(channel_type::telegram, GetParam());
}

table_row telegram_row(int code, std::string_view description, outcome_class kind) {
  return {code, telegram_refusal(code, description), kind};
}

INSTANTIATE_TEST_SUITE_P(
  channels, telegram_table,
  ::testing::Values(
    table_row{200, R"({"ok":true,"result":{"message_id":1}})", delivered},
    table_row{200, "<html>captive portal</html>", rejected},
    table_row{429,
              telegram_refusal(429, "Too Many Requests: retry after 5", R"({"retry_after":5})"),
              throttled, 5s, "9"},
    table_row{429, "", throttled, 9s, "9"}, table_row{429, "", throttled, 30s},
    // A local server that is overloaded names a minute.
    table_row{429,
              telegram_refusal(429, "Too Many Requests: retry after 60", R"({"retry_after":60})"),
              throttled, 60s},
    table_row{400,
              telegram_refusal(400, "Bad Request: group chat was upgraded to a supergroup chat",
                               R"({"migrate_to_chat_id":-1002})"),
              retry},
    telegram_row(400, "Bad Request: group chat was upgraded to a supergroup chat", dead_endpoint),
    telegram_row(400, "Bad Request: chat not found", dead_endpoint),
    telegram_row(400, "Bad Request: private chat not found", dead_endpoint),
    telegram_row(400, "Bad Request: chat_id is empty", dead_endpoint),
    telegram_row(400, "Bad Request: message thread not found", dead_endpoint),
    telegram_row(400, "Bad Request: message is too long", rejected),
    telegram_row(400, "Bad Request: text is too long", rejected),
    telegram_row(400, "Bad Request: message text is empty", rejected),
    telegram_row(400, "Bad Request: text must be non-empty", rejected),
    telegram_row(400, "Bad Request: can't parse entities: Unsupported start tag", rejected),
    telegram_row(400, "Bad Request: strings must be encoded in UTF-8", rejected),
    telegram_row(400, "Bad Request: not enough rights to send text messages to the chat", rejected),
    telegram_row(401, "Unauthorized", dead_endpoint),
    telegram_row(401, "Unauthorized: invalid token specified", dead_endpoint),
    telegram_row(404, "Not Found", dead_endpoint), telegram_row(421, "Misdirected", dead_endpoint),
    telegram_row(403, "Forbidden: bot was blocked by the user", dead_endpoint),
    telegram_row(403, "Forbidden: user is deactivated", dead_endpoint),
    telegram_row(403, "Forbidden: bot was kicked from the supergroup chat", dead_endpoint),
    telegram_row(403, "Forbidden: bot was kicked from the group chat", dead_endpoint),
    telegram_row(403, "Forbidden: bot was kicked from the channel chat", dead_endpoint),
    telegram_row(403, "Forbidden: bot is not a member of the channel chat", dead_endpoint),
    telegram_row(403, "Forbidden: bot is not a member of the supergroup chat", dead_endpoint),
    telegram_row(403, "Forbidden: bot is not a member of the group chat", dead_endpoint),
    telegram_row(403, "Forbidden: bot can't initiate conversation with a user", dead_endpoint),
    telegram_row(403, "Forbidden: the group chat was deleted", dead_endpoint),
    table_row{403, "<html>a proxy says no</html>", retry}, table_row{503, "", retry, 600s, "600"},
    telegram_row(413, "too large", rejected), telegram_row(415, "", rejected),
    telegram_row(431, "", rejected), table_row{408, "", retry},
    telegram_row(502, "Bad Gateway", retry), table_row{503, "<html>", retry},
    table_row{401, "<html>a proxy wants a password</html>", retry},
    telegram_row(500, "Internal Server Error: restart", retry), table_row{502, "<html>", retry},
    table_row{504, "", retry}));

class webhook_table : public ::testing::TestWithParam<table_row> {};

TEST_P(webhook_table, row) {
  expect_row(channel_type::webhook, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
  channels, webhook_table,
  ::testing::Values(
    table_row{200, "", delivered}, table_row{202, "", delivered}, table_row{204, "", delivered},
    table_row{299, "x", delivered}, table_row{301, "", retry}, table_row{300, "", retry},
    table_row{302, "", retry}, table_row{303, "", retry}, table_row{304, "", retry},
    table_row{307, "", retry}, table_row{308, "", retry}, table_row{308, "", rejected, 0s, "", 3},
    table_row{403, "", retry}, table_row{404, "", retry, 0s, "", 2},
    table_row{404, "", retry, 600s, "600"}, table_row{404, "", rejected, 0s, "", 3},
    table_row{410, "", dead_endpoint, 0s, "", 3}, table_row{422, "", rejected, 0s, "", 3},
    table_row{425, "", retry}, table_row{503, "", retry}, table_row{504, "", retry},
    table_row{503, "", throttled, 30s, "Sun, 06 Nov 1994 08:50:07 GMT"},
    table_row{429, "", throttled, 3600s, "86400"}, table_row{302, "", rejected, 0s, "", 3},
    table_row{400, "", retry, 0s, "", 1}, table_row{400, "", retry, 0s, "", 2},
    table_row{400, "", rejected, 0s, "", 3}, table_row{401, "", rejected, 0s, "", 7},
    table_row{408, "", retry, 0s, "", 9}, table_row{410, "", dead_endpoint},
    table_row{425, "", retry, 0s, "", 9}, table_row{429, "", throttled, 30s},
    table_row{429, "", throttled, 12s, "12"}, table_row{429, "", throttled, 2s, "1.5"},
    table_row{429, "", throttled, 30s, "soon"},
    table_row{429, "", throttled, 30s, "Sun, 06 Nov 1994 08:50:07 GMT"},
    table_row{429, "", throttled, 1s, "Sun, 06 Nov 1994 08:00:00 GMT"},
    table_row{500, "", retry, 12s, "12", 9}, table_row{502, "", retry},
    table_row{502, "", throttled, 12s, "12"}, table_row{503, "", throttled, 3600s, "99999"},
    table_row{504, "", throttled, 12s, "12"}, table_row{507, "", retry}));

/// One form of the header `Retry-After`, with the pause that comes of it.
struct pause_row {
  const char* header;
  std::chrono::seconds wait;
};

class pause_table : public ::testing::TestWithParam<pause_row> {};

TEST_P(pause_table, row_for_every_provider) {
  for (auto type : {channel_type::slack, channel_type::discord, channel_type::telegram,
                    channel_type::webhook}) {
    auto result = channel_with_secrets(type)->classify(http_reply(429, "{}", GetParam().header));
    EXPECT_EQ(to_string(result.kind), to_string(throttled)) << to_string(type);
    EXPECT_EQ(result.wait, GetParam().wait) << to_string(type) << ' ' << GetParam().header;
  }
}

// The reply comes at 08:49:37 of that Sunday.
INSTANTIATE_TEST_SUITE_P(channels, pause_table,
                         ::testing::Values(pause_row{"", 30s}, pause_row{"0", 1s},
                                           pause_row{"1", 1s}, pause_row{" 17 ", 17s},
                                           pause_row{"1.2", 2s}, pause_row{"0.001", 1s},
                                           pause_row{"3600", 3600s}, pause_row{"3601", 3600s},
                                           pause_row{"99999999999999999999999", 3600s},
                                           pause_row{"1e3", 30s}, pause_row{"-5", 30s},
                                           pause_row{"1.2.3", 30s}, pause_row{"soon", 30s},
                                           pause_row{"NaN", 30s}, pause_row{"inf", 30s},
                                           pause_row{"Sun, 06 Nov 1994 08:50:07 GMT", 30s},
                                           pause_row{"Sunday, 06-Nov-94 08:50:08 GMT", 31s},
                                           pause_row{"Sun Nov  6 08:50:09 1994", 32s},
                                           pause_row{"Sun, 06 Nov 1994 08:00:00 GMT", 1s},
                                           pause_row{"Fri, 31 Dec 2077 23:59:59 GMT", 3600s}));

} // namespace

} // namespace tocsin::channels
