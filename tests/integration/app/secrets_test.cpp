#include "app/log/log.hpp"
#include "http/router.hpp"
#include "tests/integration/app/service_fixture.hpp"
#include "tests/support/directory_bytes.hpp"
#include "tests/support/standin/failures.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

namespace tocsin {

namespace {

/// Everything that must never show, each of it nowhere else in the test.
constexpr std::string_view slack_secret = "SlackSecretSlackSecretXy";
constexpr std::string_view discord_secret
  = "DiscordSecret_DiscordSecret-DiscordSecret_DiscordSecret-DiscordSec";
constexpr std::string_view bot_secret = "TelegramSecretTelegramSecretTelegram";
constexpr std::string_view mail_password = "Mail-Password-Of-Nobody";
constexpr std::string_view url_secret = "path-s3cret-of-the-hook";
constexpr std::string_view header_secret = "GenieKey header-secret-value";
constexpr std::string_view signing_secret = "whsec_U2lnbmluZ1NlY3JldFNpZ25pbmdTZWNyZXQ=";
constexpr std::string_view old_secret = "the-previous-signing-secret";
constexpr std::string_view routing_key = "PagerDutyRoutingKeyPagerDutyKey1";
constexpr std::string_view api_key = "opsgenie-api-key-of-nobody";
/// The password in base 64, alone and after the user name, as it stands in a dialogue.
constexpr std::string_view login_form = "TWFpbC1QYXNzd29yZC1PZi1Ob2JvZHk=";
constexpr std::string_view plain_form = "AHN0YW5kaW4ATWFpbC1QYXNzd29yZC1PZi1Ob2JvZHk=";
constexpr std::string_view wrong_secret = "Rejected-Secret-In-A-Bad-Draft";

constexpr std::string_view all_secrets[]
  = {slack_secret,  discord_secret, bot_secret,  mail_password, url_secret,
     header_secret, signing_secret, old_secret,  routing_key,   api_key,
     login_form,    plain_form,     wrong_secret};

/// A channel of each type, and of each format of webhooks, with secrets in all its fields.
class secrets : public service_fixture {
protected:
  secrets() {
    drafts["email"]
      = fmt::format(R"({{"host":"127.0.0.1","port":{},"username":"standin","password":"{}",)"
                    R"("from":"tocsin@example.com","to":["ops@example.com"]}})",
                    providers.ports().smtp, mail_password);
    drafts["slack"] = fmt::format(
      R"({{"webhook_url":"https://hooks.slack.com/services/T00000001/B00000001/{}"}})",
      slack_secret);
    drafts["discord"]
      = fmt::format(R"({{"webhook_url":"https://discord.com/api/webhooks/123456789012345678/{}"}})",
                    discord_secret);
    drafts["telegram"]
      = fmt::format(R"({{"bot_token":"123456789:{}","chat_id":-1001}})", bot_secret);
    drafts["webhook"] = fmt::format(
      R"({{"url":"{}","headers":{{"Authorization":"{}"}},"secret":"{}","previous_secret":"{}"}})",
      providers.webhook_url(url_secret), header_secret, signing_secret, old_secret);
    drafts["pagerduty"] = fmt::format(R"({{"format":"pagerduty","url":"{}","routing_key":"{}"}})",
                                      providers.pagerduty_url(), routing_key);
    drafts["opsgenie"] = fmt::format(R"({{"format":"opsgenie","url":"{}","api_key":"{}"}})",
                                     providers.opsgenie_url(), api_key);
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    // Owners of their own, as each may begin only a number of tests a minute.
    for (auto& [type, settings] : drafts) {
      EXPECT_EQ(api().post("/admins", fmt::format(R"({{"name":"{}"}})", type)).status, 201);
      ids[type] = note(api().post("/channels", draft(type, settings))).text("/id");
    }
  }

  static std::string draft(const std::string& type, const std::string& settings) {
    return fmt::format(R"({{"owner":"admin/{0}","name":"{0}","type":"{1}","settings":{2}}})", type,
                       channel_type_of(type), settings);
  }

  static std::string channel_type_of(const std::string& type) {
    return type == "pagerduty" || type == "opsgenie" ? "webhook" : type;
  }

  /// Keeps an answer for the search.
  api_reply note(api_reply reply) {
    said += boost::json::serialize(reply.body) + '\n';
    return reply;
  }

  /// What the worst of providers would say back of a request through a channel of `type`.
  std::string echo_of(const std::string& type) const {
    if (type == "slack")
      return fmt::format("https://hooks.slack.com/services/T00000001/B00000001/{0} {0}",
                         slack_secret);
    if (type == "discord")
      return fmt::format("/api/webhooks/123456789012345678/{0} {0}", discord_secret);
    if (type == "telegram")
      return fmt::format("/bot123456789:{0}/sendMessage {0}", bot_secret);
    if (type == "email")
      return fmt::format("you said {} {} {}", mail_password, plain_form, login_form);
    if (type == "pagerduty")
      return fmt::format("routing_key {}", routing_key);
    if (type == "opsgenie")
      return fmt::format("Authorization: GenieKey {0} {0}", api_key);
    return fmt::format("{} /webhook/{} {} {} {} {}", providers.webhook_url(url_secret), url_secret,
                       url_secret, header_secret, signing_secret, old_secret);
  }

  void expect_hidden_in(std::string_view place, const std::string& text) {
    ASSERT_FALSE(text.empty()) << place;
    for (auto secret : all_secrets)
      EXPECT_EQ(text.find(secret), std::string::npos) << secret << " shows in " << place;
  }

  /// What a GET of the API answers, kept for the search.
  std::string look_at(const std::string& path, std::string_view root = "/api/v1") {
    cli::http_client client{service->url(), service->token()};
    auto reply = client.send({"GET", path, "", {}, std::string{root}});
    EXPECT_TRUE(reply && reply->status == 200) << path << ": " << (reply ? reply->status : 0);
    said += reply ? reply->body : "";
    return reply ? reply->body : "";
  }

  /// Looks at everything that the API shows, in all deliveries and all channels, but for the stream
  /// of deliveries, which has no end, and for the session, which a token is not.
  void look_everywhere(const std::string& event) {
    auto listed_ids = [this](const std::string& path) {
      std::vector<std::string> result;
      auto list = boost::json::parse(look_at(path));
      for (auto& x : list.at("data").as_array())
        result.push_back(boost::json::value_to<std::string>(x.at("id")));
      return result;
    };
    std::map<std::string, std::vector<std::string>> known{
      {"/channels/{id}", listed_ids("/channels")},
      {"/deliveries/{id}", listed_ids("/deliveries")},
      {"/tokens/{id}", listed_ids("/tokens")},
      {"/events/{id}", {event}},
      {"/event-types/{type}", {"deploy.failure"}},
      {"/admins/{name}", {"admin", "webhook"}},
      {"/customers/{name}", {"acme"}}};
    for (auto& route : http::api_routes()) {
      std::string path{route.pattern};
      if (route.verb != http::method::get || path == "/deliveries/stream" || path == "/session")
        continue;
      auto brace = path.find('{');
      if (brace == std::string::npos) {
        look_at(path, route.base);
        continue;
      }
      auto end = path.find('}') + 1;
      for (auto& name : known.at(path.substr(0, end)))
        look_at(path.substr(0, brace) + name + path.substr(end), route.base);
    }
    look_at("/metrics?channels=true", "");
    look_at("/deliveries?state=dead_letter");
    for (auto& id : known.at("/channels/{id}")) {
      EXPECT_EQ(note(api().post("/channels/" + id + "/preview", "{}")).status, 200);
      EXPECT_EQ(note(api().post("/channels/" + id + "/compare", R"({"settings":{}})")).status, 200);
    }
  }

  std::map<std::string, std::string> drafts;
  std::map<std::string, std::string> ids;
  /// All answers of the API.
  std::string said;
};

TEST_F(secrets, show_nowhere_whatever_happens) {
  app::start_logging({});
  for (auto& [type, settings] : drafts) {
    // Bad saves: a wrong field beside good secrets, and secrets that are wrong themselves.
    auto bad = settings;
    bad.insert(1, fmt::format(R"("unknown":"{}",)", wrong_secret));
    EXPECT_EQ(note(api().post("/channels", draft(type, bad))).status, 422);
    note(api().post("/channels", fmt::format(R"({{"type":"{}","settings":"{}"}})",
                                             channel_type_of(type), wrong_secret)));
    for (auto key :
         {"webhook_url", "bot_token", "url", "password", "secret", "routing_key", "api_key"})
      note(api().patch("/channels/" + ids[type],
                       fmt::format(R"({{"settings":{{"{}":["{}"]}}}})", key, wrong_secret)));
    note(api().post("/channels/test", draft(type, settings)));
    note(api().post("/channels/test", draft(type, bad)));
  }
  // Failures of every kind that say back what they were sent.
  for (auto& [type, id] : ids) {
    auto words = echo_of(type);
    for (auto status : {200, 302, 400, 401, 403, 404, 410, 429, 500, 503}) {
      providers.clear();
      if (type == "email")
        providers.script("email",
                         standin::smtp_answer(standin::smtp_stage::auth,
                                              status < 400 || status > 599 ? 535 : status, words));
      else
        providers.script(
          type, standin::http_answer(status, words, {{"Location", words}, {"Retry-After", words}}));
      EXPECT_EQ(note(api().post("/channels/" + id + "/test", "{}")).status, 200) << type;
    }
    providers.clear();
    providers.script(type, standin::reset_connection());
    note(api().post("/channels/" + id + "/test", "{}"));
  }
  // The same through deliveries, whose attempts are stored.
  for (auto& [type, id] : ids)
    if (type != "email")
      providers.script(type, standin::http_answer(410, echo_of(type)).repeated(0));
  auto event = send("deploy.failure");
  note(wait_until("/events/" + event, [](api_reply& reply) {
    auto deliveries = reply.body.at("deliveries").as_array();
    return std::all_of(deliveries.begin(), deliveries.end(),
                       [](const auto& x) { return x.at("attempts").as_int64() > 0; });
  }));
  EXPECT_EQ(note(api().post("/customers", R"({"name":"acme"})")).status, 201);
  EXPECT_EQ(note(api().post("/session", R"({"admin":"admin","password":"x"})")).status, 401);
  look_everywhere(event);
  send("backup.success", R"(,"customer":"for the journal")");
  service->stop();
  auto log = testing::internal::GetCapturedStderr() + testing::internal::GetCapturedStdout();
  EXPECT_THAT(log, testing::HasSubstr("a sign-in was refused"));
  expect_hidden_in("an answer of the API", said);
  expect_hidden_in("the log", log);
  auto journal = bytes_below(service->data_dir(), {"data.mdb"});
  EXPECT_THAT(journal, testing::HasSubstr("for the journal"));
  expect_hidden_in("the storage", bytes_below(service->data_dir(), {}));
  // What was said holds the texts that the secrets stood in.
  EXPECT_THAT(said, testing::HasSubstr("[redacted]"));
}

/// The pointers of a refusal's fields, each with its code.
std::vector<std::string> faults_of(api_reply& refused) {
  std::vector<std::string> result;
  for (auto& x : refused.body.at("errors").as_array())
    result.push_back(boost::json::value_to<std::string>(x.at("pointer")) + ' '
                     + boost::json::value_to<std::string>(x.at("code")));
  return result;
}

TEST_F(secrets, do_not_follow_a_channel_to_another_server) {
  using testing::ElementsAre;
  auto change = [this](const std::string& type, const std::string& settings) {
    return api().patch("/channels/" + ids[type], fmt::format(R"({{"settings":{}}})", settings));
  };
  auto refused = change("email", R"({"host":"localhost","port":"x"})");
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(faults_of(refused),
              ElementsAre("/settings/password required", "/settings/port wrong_type"));
  EXPECT_EQ(
    change("email", fmt::format(R"({{"host":"localhost","password":"{}"}})", mail_password)).status,
    200);
  auto elsewhere = R"({"url":"https://elsewhere.example.com/"})";
  for (auto& [type, pointer] :
       std::map<std::string, std::string>{{"webhook", "/settings/headers/Authorization required"},
                                          {"pagerduty", "/settings/routing_key required"},
                                          {"opsgenie", "/settings/api_key required"}}) {
    refused = change(type, elsewhere);
    EXPECT_EQ(refused.status, 422) << type;
    EXPECT_THAT(faults_of(refused), ElementsAre(pointer));
    for (auto question : {"/compare", "/preview"}) {
      auto body = fmt::format(R"({{"settings":{}}})", elsewhere);
      EXPECT_EQ(api().post("/channels/" + ids[type] + question, body).status, 422) << question;
    }
  }
  EXPECT_EQ(
    change("webhook", fmt::format(R"({{"url":"{}"}})", providers.webhook_url("other-path"))).status,
    200);
  testing::internal::GetCapturedStdout();
  testing::internal::GetCapturedStderr();
}

} // namespace

} // namespace tocsin
