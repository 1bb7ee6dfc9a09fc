#include "http/json/channel_json.hpp"
#include "http/json/dead_letter_json.hpp"
#include "http/json/delivery_json.hpp"
#include "http/json/event_view_json.hpp"
#include "http/json/mask.hpp"

#include <gtest/gtest.h>

namespace tocsin::http {

namespace {

constexpr std::string_view secret = "oncall@example.com";

delivery_view a_view() {
  delivery_view x;
  x.carried.type = "deploy.failure";
  x.carried.message = secret;
  x.carried.details = R"({"to":"oncall@example.com"})";
  x.value.destination = secret;
  x.value.last_text = secret;
  x.attempts.push_back({});
  x.attempts.back().result.text = secret;
  return x;
}

TEST(mask, leaves_nothing_sensitive_of_a_delivery) {
  auto x = a_view();
  ASSERT_NE(to_json(x).find(secret), std::string::npos);
  mask(x);
  EXPECT_EQ(to_json(x).find(secret), std::string::npos) << to_json(x);
  EXPECT_NE(to_json(x).find(masked), std::string::npos);
}

TEST(mask, leaves_nothing_sensitive_of_an_event_and_its_deliveries) {
  event_view x;
  x.value.value = a_view().carried;
  x.deliveries.push_back(a_view().value);
  ASSERT_NE(to_json(x).find(secret), std::string::npos);
  mask(x);
  EXPECT_EQ(to_json(x).find(secret), std::string::npos) << to_json(x);
}

TEST(mask, leaves_nothing_sensitive_of_dead_letters) {
  dead_letter_view x{a_view(), false};
  json_writer shown;
  write_dead_letter(shown, x);
  ASSERT_NE(shown.take().find(secret), std::string::npos);
  mask(x);
  json_writer hidden;
  write_dead_letter(hidden, x);
  EXPECT_EQ(hidden.take().find(secret), std::string::npos);
  dead_letter_summary group;
  group.sample_text = secret;
  mask(group);
  EXPECT_EQ(group.sample_text, masked);
}

TEST(mask, leaves_nothing_sensitive_of_a_message) {
  channel_preview x{"deploy.failure",
                    {"MAIL",
                     "smtp://oncall@example.com",
                     "",
                     {{"To", std::string{secret}}},
                     std::string{secret},
                     std::string{secret}}};
  ASSERT_NE(to_json(x).find(secret), std::string::npos);
  mask(x);
  EXPECT_EQ(to_json(x).find(secret), std::string::npos) << to_json(x);
  EXPECT_NE(to_json(x).find("To"), std::string::npos);
}

TEST(mask, leaves_the_code_alone_of_why_a_channel_is_disabled) {
  channel_view x;
  x.value.disabled_reason = "410: gone: oncall@example.com";
  mask(x);
  EXPECT_EQ(x.value.disabled_reason, "410: [masked]");
  x.value.disabled_reason = secret;
  mask(x);
  EXPECT_EQ(x.value.disabled_reason, masked);
  x.value.disabled_reason.clear();
  mask(x);
  EXPECT_EQ(x.value.disabled_reason, "");
}

TEST(mask, leaves_the_code_alone_where_an_explanation_tells_why_a_channel_is_disabled) {
  auto shown = [](std::string detail) {
    event_explanation x;
    x.recipients.push_back({});
    x.recipients[0].channels.push_back({});
    x.recipients[0].channels[0].rules
      = {{delivery_rule::channel_enabled, rule_ground::disabled_by_service, std::move(detail)}};
    mask(x);
    return x.recipients[0].channels[0].rules[0].detail;
  };
  EXPECT_EQ(shown("the service has disabled the channel: 410: gone: oncall@example.com"),
            "the service has disabled the channel: 410: [masked]");
  EXPECT_EQ(shown("the service has disabled the channel: oncall@example.com"),
            "the service has disabled the channel: [masked]");
  EXPECT_EQ(shown(std::string{secret}), masked);
}

TEST(mask, leaves_nothing_sensitive_of_the_audit_log) {
  audit_entry x;
  x.object = "channel/01J";
  x.before = R"({"name":"ops","disabled_reason":"410: oncall@example.com"})";
  x.after = R"({"name":"ops","disabled_reason":""})";
  mask(x);
  EXPECT_EQ(x.before, R"({"name":"ops","disabled_reason":"410: [masked]"})");
  EXPECT_EQ(x.after, R"({"name":"ops","disabled_reason":""})");
  x.before.clear();
  mask(x);
  EXPECT_EQ(x.before, "");
}

TEST(mask, leaves_empty_texts_empty) {
  delivery_view x;
  mask(x);
  EXPECT_EQ(x.value.destination, "");
  EXPECT_EQ(x.carried.message, "");
}

} // namespace

} // namespace tocsin::http
