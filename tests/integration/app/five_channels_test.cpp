#include "tests/integration/app/service_fixture.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

namespace tocsin {

namespace {

using standin::provider;
using testing::HasSubstr;

class five_channels : public service_fixture {
protected:
  five_channels() {
    ids["email"] = add_channel(fmt::format(
      R"({{"name":"mail","type":"email","settings":{{"host":"127.0.0.1","port":{},)"
      R"("username":"standin","password":"standin-password","from":"tocsin@example.com",)"
      R"("to":["ops@example.com"]}}}})",
      providers.ports().smtp));
    ids["slack"] = add_channel(
      R"({"name":"slack","type":"slack","settings":{"webhook_url":)"
      R"("https://hooks.slack.com/services/T00000001/B00000001/abcdefghijklmnopqrstuvwx"}})");
    ids["discord"]
      = add_channel(fmt::format(R"({{"name":"discord","type":"discord","settings":{{"webhook_url":)"
                                R"("https://discord.com/api/webhooks/{}/{}"}}}})",
                                standin::provider_standin::discord_id, std::string(68, 'x')));
    ids["telegram"] = add_channel(
      fmt::format(R"({{"name":"telegram","type":"telegram","settings":{{"bot_token":"{}",)"
                  R"("chat_id":"-1001234567890"}}}})",
                  standin::provider_standin::telegram_token));
    ids["webhook"]
      = add_channel(fmt::format(R"({{"name":"webhook","type":"webhook","settings":{{"url":"{}",)"
                                R"("secret":"It's a Secret to Everybody"}}}})",
                                providers.secure_webhook_url("demo")));
    providers.set_webhook_secrets("demo", {"It's a Secret to Everybody"});
  }

  std::map<std::string, std::string> ids;
};

const std::map<std::string, bool> defaults{{"deploy.success", true},
                                           {"deploy.failure", true},
                                           {"service.health.down", true},
                                           {"service.stopped", false},
                                           {"service.health.recovered", true},
                                           {"service.started", false},
                                           {"backup.success", false},
                                           {"backup.failure", true},
                                           {"quota.warning", true},
                                           {"quota.exceeded", true},
                                           {"ssl.expiring", true}};

TEST_F(five_channels, get_each_event_type_as_the_defaults_say) {
  std::vector<std::string> events;
  for (auto& [type, on] : defaults)
    events.push_back(send(type));
  for (auto& id : events)
    wait_until_ended(id);
  for (auto from :
       {provider::email, provider::slack, provider::discord, provider::telegram, provider::webhook})
    EXPECT_EQ(providers.received(from).size(), 8u) << to_string(from);
  EXPECT_TRUE(providers.refused().empty()) << providers.refused().front().reason;
}

TEST_F(five_channels, say_what_a_person_needs_to_know) {
  wait_until_ended(
    send("deploy.failure", R"(,"customer":"Acme Corp","details":{"exit_code":137.50})"));
  for (auto from : {provider::slack, provider::discord, provider::telegram}) {
    auto records = providers.received(from);
    ASSERT_EQ(records.size(), 1u) << to_string(from);
    for (auto what : {"Deployment failed", "my-app", "Acme Corp", "It happened", "137.50"})
      EXPECT_THAT(records[0].body, HasSubstr(what)) << to_string(from);
  }
  auto mails = providers.received(provider::email);
  ASSERT_EQ(mails.size(), 1u);
  EXPECT_THAT(mails[0].body, HasSubstr("Subject: "));
  EXPECT_THAT(mails[0].mail.recipients, testing::ElementsAre("ops@example.com"));
  EXPECT_EQ(mails[0].mail.user, "standin");
}

TEST_F(five_channels, pass_the_event_to_a_webhook_byte_for_byte) {
  auto id = send("deploy.success", R"(,"customer":"Acme Corp","timestamp":"2026-03-29T14:30:00Z",)"
                                   R"("details":{"image":"myapp:latest","duration_seconds":45})");
  wait_until_ended(id);
  auto records = providers.received(provider::webhook);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].body,
            R"({"event":"deploy.success","service":"my-app","customer":"Acme Corp",)"
            R"("timestamp":"2026-03-29T14:30:00Z","message":"It happened","details":)"
            R"({"image":"myapp:latest","duration_seconds":45},"id":")"
              + id + R"("})");
  EXPECT_EQ(records[0].header("X-Signature-256").size(), std::string{"sha256="}.size() + 64);
  EXPECT_TRUE(records[0].tls);
}

TEST_F(five_channels, answer_a_send_test_with_what_the_provider_said) {
  for (auto& [type, id] : ids) {
    auto reply = api().post("/channels/" + id + "/test", "{}");
    EXPECT_EQ(reply.status, 200) << type;
    EXPECT_TRUE(reply.body.at("delivered").as_bool()) << type;
    EXPECT_EQ(reply.text("/stage"), "accepted") << type;
  }
  providers.script("slack", *standin::find_failure("slack.no_service"));
  auto reply = api().post("/channels/" + ids["slack"] + "/test", "{}");
  EXPECT_FALSE(reply.body.at("delivered").as_bool());
  EXPECT_EQ(reply.text("/outcome"), "dead_endpoint");
  EXPECT_THAT(reply.text("/code"), HasSubstr("404"));
  EXPECT_FALSE(reply.text("/hint").empty());
}

TEST_F(five_channels, never_show_a_secret) {
  auto list = boost::json::serialize(api().get("/channels").body);
  EXPECT_THAT(list, testing::Not(HasSubstr("Everybody")));
  EXPECT_THAT(list, testing::Not(HasSubstr("standin-password")));
  EXPECT_THAT(list, testing::Not(HasSubstr("abcdefghijklmnopqrst")));
  EXPECT_THAT(list, testing::Not(HasSubstr("AAStandInStandIn")));
  EXPECT_THAT(list, testing::Not(HasSubstr(std::string(20, 'x'))));
}

TEST_F(five_channels, show_the_request_of_a_test_without_secrets) {
  auto is_clean = [](const std::string& text) {
    for (auto secret : {"Everybody", "standin-password", "abcdefghijklmnopqrst", "AAStandInStandIn",
                        "xxxxxxxxxxxxxxxxxxxx", "/webhook/demo"})
      EXPECT_THAT(text, testing::Not(HasSubstr(secret)));
  };
  for (auto& [type, id] : ids) {
    providers.clear();
    auto reply = api().post("/channels/" + id + "/test", R"({"event_type":"deploy.failure"})");
    is_clean(boost::json::serialize(reply.body));
    auto sent = providers.received();
    ASSERT_EQ(sent.size(), 1u) << type;
    auto body = reply.text("/request/body");
    if (type == "email") {
      EXPECT_EQ(reply.text("/request/method"), "MAIL");
      EXPECT_EQ(reply.text("/request/encryption"), "starttls");
      EXPECT_EQ(reply.text("/request/headers/To"), "ops@example.com");
      EXPECT_THAT(reply.text("/request/headers/Subject"), HasSubstr("Deployment failed"));
      EXPECT_THAT(reply.text("/request/html"), HasSubstr("<h1"));
      EXPECT_THAT(body, HasSubstr("Deployment failed"));
    } else {
      EXPECT_EQ(body, sent[0].body) << type;
      EXPECT_EQ(reply.text("/request/method"), "POST");
      EXPECT_THAT(reply.text("/request/url"), HasSubstr("/[redacted]")) << type;
    }
    providers.clear();
    auto shown = api().post("/channels/" + id + "/preview", R"({"event_type":"deploy.failure"})");
    is_clean(boost::json::serialize(shown.body));
    EXPECT_EQ(shown.status, 200);
    EXPECT_EQ(shown.text("/request/method"), reply.text("/request/method"));
    EXPECT_TRUE(providers.received().empty()) << type;
  }
}

TEST_F(five_channels, preview_templates_that_are_not_stored_and_store_nothing) {
  auto path = "/channels/" + ids["slack"];
  auto before = api().get(path);
  auto shown = api().post(
    path + "/preview",
    R"({"event_type":"deploy.failure","settings":{"templates":{"*":{"subject":"Broken: {{title}}"}}}})");
  ASSERT_EQ(shown.status, 200) << boost::json::serialize(shown.body);
  EXPECT_THAT(shown.text("/request/body"), HasSubstr("Broken: Deployment failed"));
  EXPECT_THAT(shown.text("/request/url"), HasSubstr("/[redacted]"));
  EXPECT_EQ(api().get(path).body, before.body);
  EXPECT_TRUE(providers.received().empty());
}

TEST_F(five_channels, keep_short_and_sealed_secrets_out_of_a_request_that_holds_them) {
  auto reply = api().post(
    "/channels/preview",
    R"({"name":"pd","type":"webhook","settings":{"format":"pagerduty","headers":{"X-Key":"k1"},)"
    R"("routing_key":"0123456789abcdef0123456789abcdef"}})");
  ASSERT_EQ(reply.status, 200) << boost::json::serialize(reply.body);
  EXPECT_EQ(reply.text("/request/url"), "https://events.pagerduty.com/[redacted]");
  EXPECT_EQ(reply.text("/request/headers/X-Key"), "[redacted]");
  EXPECT_THAT(reply.text("/request/body"), HasSubstr(R"("routing_key":"[redacted]")"));
}

TEST_F(five_channels, refuse_a_template_with_a_fault_when_it_is_saved) {
  auto reply = api().patch(
    "/channels/" + ids["slack"],
    R"({"settings":{"templates":{"deploy.failure":{"body":"{{service}}\n {{servce}}"}}}})");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.text("/errors/0/pointer"), "/settings/templates/deploy.failure/body");
  EXPECT_EQ(reply.text("/errors/0/detail"), "line 2, column 2: there is no value called 'servce'");
  auto previewed = api().post(
    "/channels/" + ids["slack"] + "/preview",
    R"({"settings":{"templates":{"deploy.failure":{"body":"{{service}}\n {{servce}}"}}}})");
  EXPECT_EQ(previewed.status, 422);
  EXPECT_EQ(previewed.text("/errors/0/pointer"), "/settings/templates/deploy.failure/body");
  EXPECT_EQ(previewed.text("/errors/0/detail"),
            "line 2, column 2: there is no value called 'servce'");
  reply = api().patch(
    "/channels/" + ids["webhook"],
    R"({"settings":{"templates":{"*":{"body":"{\"text\":\"{{headline}}: {{message}}\"}"}}}})");
  EXPECT_EQ(reply.status, 200) << boost::json::serialize(reply.body);
  wait_until_ended(send("deploy.failure"));
  auto sent = providers.received(provider::webhook);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].body, R"({"text":"Deployment failed: my-app: It happened"})");
}

} // namespace

} // namespace tocsin
