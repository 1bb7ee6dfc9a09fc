#include "tests/unit/channels/sample_replies.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <string_view>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;
using enum outcome_class;
using ::testing::HasSubstr;

TEST(webhook_outcome, is_delivered_once_the_status_is_known) {
  auto reply = http_reply(202, "half");
  reply.fault = wire_fault::connection_lost;
  EXPECT_EQ(channel_with_secrets(channel_type::webhook)->classify(reply).kind, delivered);
  EXPECT_EQ(channel_with_secrets(channel_type::slack)->classify(reply).kind, ambiguous);
}

/// A refusal that ended or stalled before its body was complete.
wire_reply cut_reply(int status, wire_fault fault, std::string body = "") {
  auto result = http_reply(status, std::move(body), "7");
  result.fault = fault;
  result.error = "words of the transport";
  return result;
}

class cut_refusal : public ::testing::TestWithParam<wire_fault> {};

TEST_P(cut_refusal, that_may_pass_is_judged_by_its_status) {
  for (auto type : {channel_type::slack, channel_type::discord, channel_type::telegram,
                    channel_type::webhook}) {
    auto channel = channel_with_secrets(type);
    auto busy = channel->classify(cut_reply(429, GetParam()));
    EXPECT_EQ(busy.kind, throttled) << to_string(type);
    EXPECT_GE(busy.wait, 7s);
    auto reply = cut_reply(500, GetParam(), "half");
    auto failed = channel->classify(reply);
    EXPECT_EQ(failed.kind, retry) << to_string(type);
    EXPECT_EQ(failed.text, "words of the transport: half");
    reply.stage = attempt_stage::send;
    EXPECT_EQ(channel->classify(reply).kind, ambiguous) << "not of this request";
  }
}

TEST_P(cut_refusal, of_discord_pauses_its_own_webhook_alone) {
  auto discord = channel_with_secrets(channel_type::discord);
  for (auto body : {"", R"({"message":"You are being rate limited.","retry_af)", "<html>"}) {
    auto busy = discord->classify(cut_reply(429, GetParam(), body));
    EXPECT_EQ(busy.scope, pause_scope::endpoint) << body;
    EXPECT_EQ(busy.wait, 7s) << body;
  }
}

TEST_P(cut_refusal, is_tried_again_where_the_body_would_tell_what_it_means) {
  for (auto type : {channel_type::slack, channel_type::discord, channel_type::telegram})
    for (auto status : {400, 401, 403, 404, 410}) {
      auto result = channel_with_secrets(type)->classify(cut_reply(status, GetParam()), 3);
      EXPECT_EQ(result.kind, retry) << to_string(type) << ' ' << status;
      EXPECT_EQ(result.code, std::to_string(status));
      EXPECT_EQ(result.text, "words of the transport");
      EXPECT_EQ(result.wait, 7s);
      EXPECT_EQ(result.cure, remedy::none);
    }
}

TEST_P(cut_refusal, of_a_webhook_is_judged_by_its_status) {
  auto channel = channel_with_secrets(channel_type::webhook);
  EXPECT_EQ(channel->classify(cut_reply(410, GetParam())).kind, dead_endpoint);
  EXPECT_EQ(channel->classify(cut_reply(404, GetParam()), 3).kind, rejected);
}

INSTANTIATE_TEST_SUITE_P(faults, cut_refusal,
                         ::testing::Values(wire_fault::connection_lost, wire_fault::timed_out),
                         [](auto& instance) { return std::string{to_string(instance.param)}; });

TEST(email_outcome, believes_a_refusing_greeting_the_third_time) {
  wire_reply reply;
  reply.code = 554;
  reply.step = smtp_step::greeting;
  auto mail = channel_with_secrets(channel_type::email);
  EXPECT_EQ(mail->classify(reply, 1).kind, retry);
  EXPECT_TRUE(mail->classify(reply, 1).is_doubted);
  EXPECT_EQ(mail->classify(reply, 2).kind, retry);
  EXPECT_EQ(mail->classify(reply, 3).kind, dead_endpoint);
}

TEST(telegram_outcome, tells_the_new_number_of_a_chat) {
  auto result
    = channel_with_secrets(channel_type::telegram)
        ->classify(http_reply(400, telegram_refusal(400, "Bad Request: group chat was upgraded",
                                                    R"({"migrate_to_chat_id":-1002})")));
  EXPECT_THAT(result.text, HasSubstr("-1002"));
}

TEST(outcome_text, holds_no_secret) {
  for (auto secret : {"https://example.com/hook/s3cr3t", "/hook/s3cr3t", "value-of-key",
                      "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {
    auto reply = http_reply(500, fmt::format("you sent {0} and {0}", secret));
    EXPECT_EQ(channel_with_secrets(channel_type::webhook)->classify(reply).text,
              "you sent [redacted] and [redacted]");
    reply.fault = wire_fault::other;
    reply.error = fmt::format("cannot parse {}", secret);
    EXPECT_EQ(channel_with_secrets(channel_type::webhook)->classify(reply).text,
              "cannot parse [redacted]");
  }
  auto echo = [](channel_type type, std::string_view secret) {
    return channel_with_secrets(type)->classify(http_reply(500, fmt::format("<{}>", secret))).text;
  };
  EXPECT_EQ(echo(channel_type::slack, "XXXXXXXXXXXXXXXXXXXXabcd"), "<[redacted]>");
  EXPECT_EQ(echo(channel_type::slack, "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXabcd"),
            "<[redacted]>");
  EXPECT_EQ(echo(channel_type::discord, sample_discord_token), "<[redacted]>");
  EXPECT_EQ(echo(channel_type::telegram, "bot123456:ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDE"),
            "<bot[redacted]>");
  // As it is, and as AUTH PLAIN and AUTH LOGIN have it (`printf '\0u\0hunter22' | base64`).
  for (auto form : {"hunter22", "AHUAaHVudGVyMjI=", "aHVudGVyMjI="})
    EXPECT_EQ(echo(channel_type::email, form), "<[redacted]>");
}

TEST(outcome_text, is_short_and_clean) {
  std::string body = "a\r\n\x1b[31mb\t";
  for (int i = 0; i < 1000; ++i)
    body += "é";
  auto text = channel_with_secrets(channel_type::webhook)->classify(http_reply(500, body)).text;
  EXPECT_TRUE(text.starts_with("a  [31mb éé")) << text;
  EXPECT_LE(text.size(), 500u);
  EXPECT_GE(text.size(), 498u);
  EXPECT_TRUE(text.ends_with("é"));
}

TEST(hints, say_what_to_do_in_plain_words) {
  auto hint_for = [](channel_type type, const wire_reply& reply) {
    auto made = channel_with_secrets(type);
    return made->hint(made->classify(reply, 3));
  };
  EXPECT_EQ(hint_for(channel_type::slack, http_reply(200, "ok")), "");
  EXPECT_THAT(hint_for(channel_type::slack, http_reply(404, "no_service")), HasSubstr("new one"));
  EXPECT_THAT(
    hint_for(channel_type::telegram, http_reply(401, telegram_refusal(401, "Unauthorized"))),
    HasSubstr("BotFather"));
  EXPECT_THAT(hint_for(channel_type::webhook, http_reply(401, "")), HasSubstr("secret"));
  wire_reply reply;
  reply.fault = wire_fault::auth_missing;
  EXPECT_THAT(hint_for(channel_type::email, reply), HasSubstr("port"));
  reply.stage = attempt_stage::auth;
  reply.fault = wire_fault::auth_refused;
  EXPECT_THAT(hint_for(channel_type::email, reply), HasSubstr("password"));
  reply.fault = wire_fault::timed_out;
  EXPECT_THAT(hint_for(channel_type::email, reply), HasSubstr("overloaded"));
  reply.fault = wire_fault::none;
  reply.step = smtp_step::auth;
  reply.code = 535;
  EXPECT_THAT(hint_for(channel_type::email, reply), HasSubstr("password"));
  reply.code = 454;
  EXPECT_THAT(hint_for(channel_type::email, reply), HasSubstr("temporary fault"));
}

TEST(pace, is_the_provider_s) {
  EXPECT_EQ(pace_of(channel_type::slack).per_second, 1);
  EXPECT_LE(pace_of(channel_type::discord).per_second * 60, 30);
  EXPECT_LE(pace_of(channel_type::telegram).per_second * 60, 20);
  EXPECT_EQ(pace_of(channel_type::email).per_second, 0);
  EXPECT_EQ(pace_of(channel_type::webhook).per_second, 0);
}

} // namespace

} // namespace tocsin::channels
