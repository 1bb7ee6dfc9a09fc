#include "channels/adapter.hpp"
#include "tests/unit/channels/sample_channels.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin::channels {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

wire_reply http_reply(int code, std::string body) {
  wire_reply result;
  result.stage = attempt_stage::accepted;
  result.code = code;
  result.sent = true;
  result.body = std::move(body);
  return result;
}

struct remedy_row {
  channel_type type;
  int status;
  const char* body;
  remedy cure;
};

class remedy_table : public ::testing::TestWithParam<remedy_row> {};

TEST_P(remedy_table, row) {
  auto& x = GetParam();
  auto result = sample_channel(x.type)->classify(http_reply(x.status, x.body));
  EXPECT_EQ(result.cure, x.cure) << x.body;
}

using enum channel_type;
using enum remedy;

INSTANTIATE_TEST_SUITE_P(
  channels, remedy_table,
  ::testing::Values(
    remedy_row{slack, 400, "invalid_blocks", send_plain},
    remedy_row{slack, 400, "too_many_attachments", send_plain},
    remedy_row{slack, 400, "invalid_attachments", send_plain},
    remedy_row{slack, 500, "msg_blocks_too_long", send_plain},
    remedy_row{slack, 400, "invalid_payload", none}, remedy_row{slack, 400, "no_text", none},
    remedy_row{slack, 404, "no_service", none}, remedy_row{slack, 200, "ok", none},
    remedy_row{discord, 400, R"({"code":50035})", send_plain},
    remedy_row{discord, 400, R"({"code":50006})", send_plain},
    remedy_row{discord, 400, R"({"code":50109})", send_plain},
    remedy_row{discord, 400, R"({"code":0,"message":"400: Bad Request"})", send_plain},
    remedy_row{discord, 400, R"({"code":200000})", none},
    remedy_row{discord, 413, R"({"code":40005})", none},
    remedy_row{discord, 404, R"({"code":10015})", none},
    remedy_row{discord, 500, R"({"code":0})", none},
    remedy_row{telegram, 400,
               R"({"ok":false,"description":"Bad Request: can't parse entities: Unclosed"})",
               send_plain},
    remedy_row{telegram, 400, R"({"ok":false,"description":"Bad Request: message is too long"})",
               none},
    remedy_row{telegram, 400, R"({"ok":false,"parameters":{"migrate_to_chat_id":-1002}})",
               change_settings},
    remedy_row{telegram, 403, R"({"ok":false,"parameters":{"migrate_to_chat_id":-1002}})", none},
    remedy_row{telegram, 400, R"({"ok":false,"parameters":{"migrate_to_chat_id":"x"}})", none},
    remedy_row{webhook, 400, "invalid_blocks", none}));

TEST(verdict, patches_the_chat_id_of_a_group_that_moved) {
  auto body = R"({"ok":false,"parameters":{"migrate_to_chat_id":-1001234567890}})";
  EXPECT_EQ(sample_channel(telegram)->classify(http_reply(400, body)).settings_patch,
            R"({"chat_id":-1001234567890})");
}

struct scope_row {
  channel_type type;
  int status;
  const char* body;
  pause_scope scope;
};

class scope_table : public ::testing::TestWithParam<scope_row> {};

TEST_P(scope_table, row) {
  auto& x = GetParam();
  auto result = sample_channel(x.type)->classify(http_reply(x.status, x.body));
  EXPECT_EQ(to_string(result.kind), to_string(outcome_class::throttled));
  EXPECT_EQ(result.scope, x.scope) << x.body;
}

using enum pause_scope;

INSTANTIATE_TEST_SUITE_P(
  channels, scope_table,
  ::testing::Values(scope_row{slack, 429, "rate_limited", endpoint},
                    scope_row{webhook, 429, "", endpoint},
                    scope_row{discord, 429, R"({"retry_after":1,"global":false})", endpoint},
                    scope_row{discord, 429, R"({"retry_after":1})", endpoint},
                    scope_row{discord, 429, R"({"retry_after":1,"global":true})", sender},
                    scope_row{discord, 429, "<html>1015</html>", sender},
                    scope_row{discord, 403, "<html>blocked</html>", sender},
                    scope_row{discord, 403, R"({"code":40333})", sender},
                    scope_row{telegram, 429, R"({"ok":false,"parameters":{"retry_after":3}})",
                              unnamed}));

TEST(pause_names_of, channels_are_shared_where_the_provider_is_and_hold_no_secret) {
  auto names = [](channel_type type) { return sample_channel(type)->pauses(); };
  for (auto type : {slack, discord, telegram}) {
    EXPECT_FALSE(names(type).endpoint.empty());
    for (auto& name : {names(type).endpoint, names(type).sender})
      for (auto secret : {sample_slack_secret, sample_discord_token, sample_bot_token})
        EXPECT_THAT(name, Not(HasSubstr(secret)));
  }
  EXPECT_EQ(names(slack).sender, "");
  EXPECT_EQ(names(discord).sender, "discord");
  EXPECT_EQ(names(email).endpoint, "");
  EXPECT_EQ(names(webhook).endpoint, "");
  auto chat = [](const char* id) {
    auto settings = fmt::format(R"({{"bot_token":"{}","chat_id":{}}})", sample_bot_token, id);
    return make_adapter(telegram, settings).value()->pauses();
  };
  EXPECT_NE(chat("-1").endpoint, chat("-2").endpoint);
  EXPECT_EQ(chat("-1").sender, chat("-2").sender);
}

TEST(pause_names_of, a_discord_webhook_are_the_same_in_all_its_threads) {
  auto names = [](std::string_view more) {
    auto settings = fmt::format(R"({{"webhook_url":"https://discord.com/api/webhooks/)"
                                R"(12345678901234567/{}"{}}})",
                                sample_discord_token, more);
    return make_adapter(discord, settings).value()->pauses().endpoint;
  };
  EXPECT_EQ(names(""), names(R"(,"thread_id":"123456789012345678")"));
}

} // namespace

} // namespace tocsin::channels
