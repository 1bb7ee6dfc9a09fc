#include "channels/adapter.hpp"
#include "tests/unit/channels/sample_channels.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>

namespace tocsin::channels {

namespace {

using enum channel_type;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* slack_url
  = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXabcd";

std::vector<std::string> faults_of(channel_type type, const std::string& settings,
                                   address_rules rules = address_rules::any()) {
  auto made = make_adapter(type, settings, {}, rules);
  std::vector<std::string> result;
  if (!made)
    for (auto& x : made.error().fields)
      result.push_back(x.pointer + ' ' + x.code);
  return result;
}

std::string url_of(channel_type type, const std::string& settings,
                   const provider_endpoints& endpoints = {}) {
  auto made = make_adapter(type, settings, endpoints);
  if (!made)
    return made.error().fields.at(0).detail;
  accepted_event event;
  auto request = (*made)->render({{}, event, "", timestamp{}});
  return std::get<http_request>(*request).target->url;
}

TEST(settings, must_be_a_json_object) {
  for (auto text : {"", "nonsense", "[]", "1", "null"})
    EXPECT_THAT(faults_of(slack, text), ElementsAre("/settings wrong_type")) << text;
}

TEST(settings, are_complained_of_all_at_once) {
  EXPECT_THAT(
    faults_of(email, R"({"host":"a/b","port":"x","encryption":"ssl","from":"no","to":["a@b",7,"x"],
                                  "username":"u","foo":1})"),
    ElementsAre("/settings/host invalid", "/settings/encryption invalid",
                "/settings/port wrong_type", "/settings/password required",
                "/settings/from invalid", "/settings/to/1 wrong_type", "/settings/to/2 invalid",
                "/settings/foo unknown_key"));
}

TEST(settings, are_complained_of_by_escaped_pointers) {
  EXPECT_THAT(faults_of(webhook, R"({"url":"https://example.com","a/~":1,
                                     "headers":{"b/~":"x","c/~":7}})"),
              ElementsAre("/settings/headers/c~1~0 wrong_type", "/settings/headers/b~1~0 invalid",
                          "/settings/a~1~0 unknown_key"));
}

TEST(settings, name_what_is_missing) {
  EXPECT_THAT(
    faults_of(email, "{}"),
    ElementsAre("/settings/host required", "/settings/from required", "/settings/to required"));
  EXPECT_THAT(faults_of(slack, "{}"), ElementsAre("/settings/webhook_url required"));
  EXPECT_THAT(faults_of(discord, R"({"webhook_url":null})"),
              ElementsAre("/settings/webhook_url required"));
  EXPECT_THAT(faults_of(telegram, "{}"),
              ElementsAre("/settings/bot_token required", "/settings/chat_id required"));
  EXPECT_THAT(faults_of(webhook, "{}"), ElementsAre("/settings/url required"));
}

TEST(email_settings, take_the_usual_ports) {
  auto port_of = [](const std::string& encryption) {
    auto made = make_adapter(email, fmt::format(R"({{"host":"mx","from":"a@b","to":["c@d"],
                                                    "encryption":"{}"}})",
                                                encryption));
    accepted_event event;
    auto request = (*made)->render({{}, event, "c@d", timestamp{}});
    return std::get<smtp_request>(*request).server->port;
  };
  EXPECT_EQ(port_of("starttls"), 587);
  EXPECT_EQ(port_of("tls"), 465);
  EXPECT_EQ(port_of("none"), 587);
}

TEST(email_settings, cannot_carry_a_command) {
  EXPECT_THAT(
    faults_of(email, R"({"host":"mx\r\nQUIT","from":"a@b","to":["a@b>\r\nRCPT TO:<c@d"]})"),
    ElementsAre("/settings/host invalid", "/settings/to/0 invalid"));
  EXPECT_THAT(
    faults_of(email,
              R"({"host":"mx","from":"a@b","to":["c@d"],"username":"u","password":"p\r\nx"})"),
    ElementsAre("/settings/password invalid"));
}

TEST(email_settings, refuse_addresses_that_the_channel_may_not_reach) {
  auto with = [](std::string_view host) {
    return fmt::format(R"({{"host":"{}","from":"a@b","to":["c@d"]}})", host);
  };
  for (auto host : {"127.0.0.1", "10.1.2.3", "::1", "::ffff:127.0.0.1", "fd00::1"}) {
    EXPECT_THAT(faults_of(email, with(host), address_rules::public_only()),
                ElementsAre("/settings/host invalid"))
      << host;
    EXPECT_THAT(faults_of(email, with(host)), ElementsAre()) << host;
  }
  // What a name leads to is known when it is resolved.
  for (auto host : {"8.8.8.8", "2001:4860:4860::8888", "mx", "localhost"})
    EXPECT_THAT(faults_of(email, with(host), address_rules::public_only()), ElementsAre()) << host;
}

TEST(email_settings, keep_customers_to_the_ports_of_mail) {
  constexpr auto settings = R"({"host":"mx","port":22,"from":"a@b","to":["c@d"]})";
  EXPECT_THAT(faults_of(email, settings), ElementsAre());
  EXPECT_THAT(faults_of(email, settings, address_rules::public_only()),
              ElementsAre("/settings/port invalid"));
}

TEST(email_settings, name_the_destinations) {
  auto made = make_adapter(email, R"({"host":"mx","from":"a@b","to":["c@d","X <e@f>"]})");
  EXPECT_THAT((*made)->destinations(), ElementsAre("c@d", "X <e@f>"));
  auto other = make_adapter(slack, fmt::format(R"({{"webhook_url":"{}"}})", slack_url));
  EXPECT_THAT((*other)->destinations(), ElementsAre(""));
}

TEST(slack_settings, take_incoming_webhooks_only) {
  EXPECT_EQ(url_of(slack, fmt::format(R"({{"webhook_url":"{}"}})", slack_url)), slack_url);
  EXPECT_THAT(
    faults_of(
      slack,
      R"({"webhook_url":"https://hooks.slack-gov.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXX"})"),
    ElementsAre());
  for (auto bad :
       {"http://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXX",
        "https://hooks.slack.com/services/T00000000/B00000000/short",
        "https://hooks.slack.com.evil.example/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXX",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXX?x=1",
        "https://user@hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXX"})
    EXPECT_THAT(faults_of(slack, fmt::format(R"({{"webhook_url":"{}"}})", bad)),
                ElementsAre("/settings/webhook_url invalid"))
      << bad;
  EXPECT_THAT(url_of(slack, R"({"webhook_url":"https://hooks.slack.com/workflows/T0/A0/1/x"})"),
              HasSubstr("workflow"));
}

TEST(discord_settings, are_rebuilt_to_the_current_version) {
  auto expected = fmt::format("https://discord.com/api/v10/webhooks/12345678901234567/{}?wait=true",
                              sample_discord_token);
  for (auto base :
       {"https://discord.com/api/webhooks", "https://discordapp.com/api/v6/webhooks",
        "https://canary.discord.com/api/v9/webhooks", "https://ptb.discord.com/api/webhooks"})
    EXPECT_EQ(url_of(discord, fmt::format(R"({{"webhook_url":"{}/12345678901234567/{}"}})", base,
                                          sample_discord_token)),
              expected);
  EXPECT_EQ(
    url_of(
      discord,
      fmt::format(
        R"({{"webhook_url":"https://discord.com/api/webhooks/12345678901234567/{}","thread_id":"99"}})",
        sample_discord_token)),
    expected + "&thread_id=99");
}

TEST(discord_settings, refuse_what_speaks_another_dialect) {
  for (auto bad : {"https://discord.com/api/webhooks/12345678901234567/{}/slack",
                   "https://discord.com/api/webhooks/12345678901234567/{}/github",
                   "https://discord.com.evil.example/api/webhooks/12345678901234567/{}",
                   "http://discord.com/api/webhooks/12345678901234567/{}"})
    EXPECT_THAT(
      faults_of(discord, fmt::format(R"({{"webhook_url":"{}"}})",
                                     fmt::format(fmt::runtime(bad), sample_discord_token))),
      ElementsAre("/settings/webhook_url invalid"))
      << bad;
}

TEST(telegram_settings, take_numbers_and_public_names) {
  constexpr auto with
    = R"({{"bot_token":"123456:ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDE","chat_id":{}}})";
  for (auto good : {"-1001234567890", "\"-1001234567890\"", "42", "\"@my_channel\""})
    EXPECT_THAT(faults_of(telegram, fmt::format(with, good)), ElementsAre()) << good;
  for (auto bad :
       {"\"my_channel\"", "\"@x\"", "0", "\"12a\"", "9007199254740993", "\"https://t.me/x\""})
    EXPECT_THAT(faults_of(telegram, fmt::format(with, bad)),
                ElementsAre("/settings/chat_id invalid"))
      << bad;
}

TEST(telegram_settings, know_a_token) {
  for (auto bad : {"123456", "0123456:ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDE", "123456:short",
                   "123456:ABCDEFGHIJABCDEFGHIJABCDEFGHIJAB/DE"})
    EXPECT_THAT(faults_of(telegram, fmt::format(R"({{"bot_token":"{}","chat_id":1}})", bad)),
                ElementsAre("/settings/bot_token invalid"))
      << bad;
}

TEST(webhook_settings, take_absolute_http_urls) {
  auto with = [](std::string_view url) { return fmt::format(R"({{"url":"{}"}})", url); };
  for (auto good : {"https://example.com", "http://10.0.0.1:8080/x?y=z", "https://[::1]:8443/"})
    EXPECT_THAT(faults_of(webhook, with(good)), ElementsAre()) << good;
  for (auto bad :
       {"example.com", "/x", "ftp://example.com/", "https://", "https://user:pw@example.com/",
        "https://example.com/#x", "https://exa mple.com/", "https://example.com:99999/",
        "file:///etc/passwd", "https://example.com/ü"})
    EXPECT_THAT(faults_of(webhook, with(bad)), ElementsAre("/settings/url invalid")) << bad;
  EXPECT_THAT(faults_of(webhook, with("https://example.com:22/")), ElementsAre());
  for (auto closed : {"https://example.com:22/", "https://10.0.0.1/", "https://[::1]/",
                      "https://[::ffff:10.0.0.1]/"})
    EXPECT_THAT(faults_of(webhook, with(closed), address_rules::public_only()),
                ElementsAre("/settings/url invalid"))
      << closed;
  EXPECT_THAT(faults_of(webhook, with("https://8.8.8.8/"), address_rules::public_only()),
              ElementsAre());
}

TEST(webhook_settings, say_which_part_of_a_url_is_not_ascii) {
  auto advice = [](std::string_view url) {
    auto made = make_adapter(webhook, fmt::format(R"({{"url":"{}"}})", url));
    return made.error().fields.at(0).detail;
  };
  EXPECT_THAT(advice("https://пример.рф/x"), HasSubstr("xn--"));
  EXPECT_THAT(advice("https://example.com/ü"), HasSubstr("percent-encoding"));
  EXPECT_THAT(advice("пример.рф"), HasSubstr("not a URL"));
}

TEST(webhook_settings, check_the_headers) {
  EXPECT_THAT(
    faults_of(
      webhook,
      R"({"url":"https://example.com","headers":{"X-A":"1","Bad Name":"1","X-B":"1\r\nX-Injected: yes",
      "Host":"x","content-length":"1","Webhook-Signature":"x","X-Signature-256":"x","Proxy-Auth":"x","X-C":7,"X-D":"a\u0000b"}})"),
    ::testing::UnorderedElementsAre(
      "/settings/headers/X-C wrong_type", "/settings/headers/Bad Name invalid",
      "/settings/headers/X-B invalid", "/settings/headers/Host reserved",
      "/settings/headers/content-length reserved", "/settings/headers/Webhook-Signature reserved",
      "/settings/headers/X-Signature-256 reserved", "/settings/headers/Proxy-Auth reserved",
      "/settings/headers/X-D invalid"));
}

TEST(webhook_settings, keep_the_headers_that_are_not_the_operators) {
  for (auto name :
       {"Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "TE", "Trailer",
        "Upgrade", "Expect", "X-Signature-256", "Webhook-Id", "Webhook-Timestamp",
        "Webhook-Signature", "Proxy-Authorization", "Proxy-Connection"})
    EXPECT_THAT(
      faults_of(webhook,
                fmt::format(R"({{"url":"https://example.com","headers":{{"{}":"x"}}}})", name)),
      ElementsAre(fmt::format("/settings/headers/{} reserved", name)));
  for (auto name : {"Authorization", "Cookie", "X-!#$%&'*+-.^_`|~9"})
    EXPECT_THAT(
      faults_of(webhook,
                fmt::format(R"({{"url":"https://example.com","headers":{{"{}":"x"}}}})", name)),
      ElementsAre());
  for (auto name : {"", "a:b", "a b", "a\\r\\nb", "é", "a\\u0000", "(a)", "a/b"}) {
    auto faults = faults_of(
      webhook, fmt::format(R"({{"url":"https://example.com","headers":{{"{}":"x"}}}})", name));
    ASSERT_EQ(faults.size(), 1u) << name;
    EXPECT_THAT(faults[0], ::testing::EndsWith(" invalid")) << name;
  }
  for (auto value : {"a\\rb", "a\\nb", "a\\u0000b", "a\\u007fb", "a\\u001bb"})
    EXPECT_THAT(
      faults_of(webhook,
                fmt::format(R"({{"url":"https://example.com","headers":{{"A":"{}"}}}})", value)),
      ElementsAre("/settings/headers/A invalid"))
      << value;
}

TEST(webhook_settings, check_the_secrets) {
  EXPECT_THAT(
    faults_of(webhook, R"({"url":"https://example.com","previous_secret_expires_at":"tomorrow"})"),
    ElementsAre("/settings/previous_secret_expires_at invalid"));
  EXPECT_THAT(faults_of(webhook, R"({"url":"https://example.com","secret":"whsec_not base 64"})"),
              ElementsAre("/settings/secret invalid"));
  EXPECT_THAT(faults_of(webhook, R"({"url":"https://example.com","previous_secret":"x"})"),
              ElementsAre("/settings/previous_secret invalid"));
}

TEST(endpoints, may_lie_elsewhere) {
  provider_endpoints local{"http://127.0.0.1:9000/slack", "http://127.0.0.1:9000/discord",
                           "http://127.0.0.1:9000/telegram"};
  EXPECT_EQ(url_of(slack, fmt::format(R"({{"webhook_url":"{}"}})", slack_url), local),
            "http://127.0.0.1:9000/slack/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXabcd");
  EXPECT_EQ(
    url_of(
      discord,
      fmt::format(R"({{"webhook_url":"https://discord.com/api/webhooks/12345678901234567/{}"}})",
                  sample_discord_token),
      local),
    fmt::format("http://127.0.0.1:9000/discord/api/v10/webhooks/12345678901234567/{}?wait=true",
                sample_discord_token));
  EXPECT_EQ(
    url_of(telegram, R"({"bot_token":"123456:ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDE","chat_id":1})",
           local),
    "http://127.0.0.1:9000/telegram/bot123456:ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDE/sendMessage");
}

/// Settings whose secrets all contain the word.
struct redaction_case {
  channel_type type;
  const char* settings;
  const char* shown;
  const char* target;
  std::vector<std::string> secrets;
};

class redaction : public ::testing::TestWithParam<redaction_case> {};

TEST_P(redaction, takes_every_secret_out) {
  auto& x = GetParam();
  auto result = redact(x.type, x.settings);
  EXPECT_EQ(result.settings, x.shown);
  EXPECT_EQ(result.target, x.target);
  std::vector<std::string> secrets;
  for (auto& secret : result.secrets)
    secrets.push_back(secret.field + '=' + secret.hint);
  EXPECT_EQ(secrets, x.secrets);
  EXPECT_THAT(result.settings + result.target, Not(HasSubstr("SECRET")));
}

INSTANTIATE_TEST_SUITE_P(
  types, redaction,
  ::testing::Values(
    redaction_case{email,
                   R"({"host":"mx","password":"SECRET","from":"a@b","to":["c@d","e@f"]})",
                   R"({"host":"mx","from":"a@b","to":["c@d","e@f"]})",
                   "c@d and 1 more",
                   {"password="}},
    redaction_case{
      slack,
      R"({"webhook_url":"https://hooks.slack.com/services/T0/B0/SECRETabcd","channel":"#x"})",
      R"({"channel":"#x"})",
      "hooks.slack.com/…abcd",
      {"webhook_url=abcd"}},
    redaction_case{
      discord,
      R"({"webhook_url":"https://discord.com/api/webhooks/1/SECRETabcd","thread_id":7})",
      R"({"thread_id":7})",
      "discord.com/…abcd",
      {"webhook_url=abcd"}},
    redaction_case{telegram,
                   R"({"bot_token":"123456:SECRETSECRETabcd","chat_id":-1001})",
                   R"({"chat_id":-1001})",
                   "-1001",
                   {"bot_token=abcd"}},
    redaction_case{
      webhook,
      R"({"url":"https://user:SECRET@example.com/SECRETabcd","headers":{"X-Key":"SECRET","Y":"SECRETSECRETSECRETwxyz"},"secret":"SECRET","previous_secret":"whsec_SECRETSECRETefgh"})",
      "{}",
      "example.com/…abcd",
      {"url=abcd", "secret=", "previous_secret=efgh", "headers/X-Key=", "headers/Y=wxyz"}},
    redaction_case{webhook, "SECRET", "{}", "", {}},
    redaction_case{webhook, R"(["SECRET"])", "{}", "", {}},
    redaction_case{slack, R"({"webhook_url":["SECRET"]})", "{}", "", {}},
    redaction_case{
      slack, R"({"webhook_url":"SECRET without a host at all"})", "{}", "", {"webhook_url="}}));

} // namespace

} // namespace tocsin::channels
