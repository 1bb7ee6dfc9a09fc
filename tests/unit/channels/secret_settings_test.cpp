#include "channels/secret_settings.hpp"
#include "messages/merge_patch.hpp"

#include <gmock/gmock.h>

namespace tocsin::channels {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto stored_mail
  = R"({"host":"mx.example.com","username":"u","password":"p","from":"a@b","to":["c@d"]})";
constexpr auto stored_webhook
  = R"({"url":"https://example.com/hook","secret":"s","headers":{"X-Key":"k","X/Other":"o"}})";

std::vector<std::string> asked_by(channel_type type, std::string_view stored,
                                  std::string_view patch) {
  return secrets_to_enter(type, stored, patch, *merge_patch(stored, patch));
}

std::vector<std::string> asked_by_mail(std::string_view patch) {
  return asked_by(channel_type::email, stored_mail, patch);
}

std::vector<std::string> asked_by_webhook(std::string_view patch) {
  return asked_by(channel_type::webhook, stored_webhook, patch);
}

TEST(secrets_to_enter, names_the_password_where_the_mail_server_changes) {
  EXPECT_THAT(asked_by_mail(R"({"host":"evil.example"})"), ElementsAre("/password"));
  EXPECT_THAT(asked_by_mail(R"({"port":2525})"), ElementsAre("/password"));
  EXPECT_THAT(asked_by_mail(R"({"encryption":"none"})"), ElementsAre("/password"));
}

TEST(secrets_to_enter, is_content_with_a_password_that_is_entered_or_removed) {
  EXPECT_THAT(asked_by_mail(R"({"host":"evil.example","password":"p"})"), IsEmpty());
  EXPECT_THAT(asked_by_mail(R"({"host":"evil.example","username":null,"password":null})"),
              IsEmpty());
}

TEST(secrets_to_enter, leaves_changes_alone_that_go_to_the_same_mail_server) {
  EXPECT_THAT(asked_by_mail(R"({"from":"x@y","to":["e@f"]})"), IsEmpty());
  EXPECT_THAT(asked_by_mail(R"({"host":"MX.example.com"})"), IsEmpty());
  EXPECT_THAT(asked_by_mail(R"({"port":587,"encryption":"starttls"})"), IsEmpty());
}

TEST(secrets_to_enter, lets_a_mail_connection_become_encrypted) {
  EXPECT_THAT(asked_by(channel_type::email,
                       R"({"host":"mx","port":587,"encryption":"none","password":"p"})",
                       R"({"encryption":"starttls"})"),
              IsEmpty());
}

TEST(secrets_to_enter, names_each_header_where_the_origin_of_a_webhook_changes) {
  for (auto* url : {"https://evil.example/hook", "http://example.com/hook",
                    "https://example.com:8443/hook", "https://example.com@evil.example/"})
    EXPECT_THAT(asked_by_webhook(std::string{R"({"url":")"} + url + R"("})"),
                ElementsAre("/headers/X-Key", "/headers/X~1Other"))
      << url;
}

TEST(secrets_to_enter, names_only_the_headers_that_the_change_keeps) {
  EXPECT_THAT(asked_by_webhook(R"({"url":"https://evil.example/","headers":{"X-Key":"k"}})"),
              ElementsAre("/headers/X~1Other"));
  EXPECT_THAT(
    asked_by_webhook(R"({"url":"https://evil.example/","headers":{"X-Key":null,"X/Other":"o"}})"),
    IsEmpty());
  EXPECT_THAT(asked_by_webhook(R"({"url":"https://evil.example/","headers":null})"), IsEmpty());
}

TEST(secrets_to_enter, lets_another_path_of_the_same_origin_keep_its_headers) {
  EXPECT_THAT(asked_by_webhook(R"({"url":"https://Example.com/other?x=1"})"), IsEmpty());
  EXPECT_THAT(asked_by_webhook(R"({"headers":{"X-New":"n"}})"), IsEmpty());
}

TEST(secrets_to_enter, names_the_key_of_an_alerting_service_that_is_given_another_url) {
  constexpr auto pagerduty = R"({"format":"pagerduty","routing_key":"r"})";
  EXPECT_THAT(asked_by(channel_type::webhook, pagerduty, R"({"url":"https://evil.example/"})"),
              ElementsAre("/routing_key"));
  EXPECT_THAT(
    asked_by(channel_type::webhook, pagerduty, R"({"url":"https://events.pagerduty.com/other"})"),
    IsEmpty());
  constexpr auto opsgenie = R"({"format":"opsgenie","api_key":"a"})";
  EXPECT_THAT(asked_by(channel_type::webhook, opsgenie, R"({"url":"https://evil.example/"})"),
              ElementsAre("/api_key"));
}

TEST(secrets_to_enter, asks_nothing_of_a_new_channel_or_of_one_that_names_no_server) {
  EXPECT_THAT(asked_by(channel_type::email, "{}", stored_mail), IsEmpty());
  EXPECT_THAT(
    asked_by(channel_type::telegram, R"({"bot_token":"t","chat_id":"1"})", R"({"chat_id":"2"})"),
    IsEmpty());
}

} // namespace

} // namespace tocsin::channels
