#include "tests/unit/app/cli/command_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin::cli {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* id = "01JZZZZZZZZZZZZZZZZZZZZZZ1";
constexpr const char* two_pages = "GET /channels?limit=250";

} // namespace

class channel_commands_test : public command_test {
protected:
  void channels_are(const std::string& entries) {
    answer(two_pages, 200, R"({"data":[)" + entries + R"(],"next_cursor":null,"has_more":false})");
  }

  /// Runs `channel add` and gives the body that was posted.
  std::string added(std::vector<std::string> arguments, const std::string& input = {}) {
    answer("POST /channels", 201, R"({"id":"C1","type":"x","name":"ops","target":"t"})");
    arguments.insert(arguments.begin(), {"channel", "add"});
    auto before = api_.requests().size();
    auto result = run(arguments, input);
    EXPECT_EQ(result.code, exit_code::ok) << result.err;
    auto requests = api_.requests();
    return requests.size() > before ? requests.back().body : std::string{};
  }
};

TEST_F(channel_commands_test, adds_each_type_with_its_own_settings) {
  EXPECT_EQ(added({"email",
                   "--name",
                   "ops",
                   "--host",
                   "mx",
                   "--port",
                   "465",
                   "--encryption",
                   "tls",
                   "--username",
                   "u",
                   "--password",
                   "-",
                   "--from",
                   "a@x",
                   "--to",
                   "b@x,c@x",
                   "--to",
                   "d@x",
                   "--trigger-to",
                   "quota.warning=e@x"},
                  "pa ss\n"),
            R"({"type":"email","name":"ops","triggers":{"quota.warning":{"on":true,"to":["e@x"]}},)"
            R"("settings":{"host":"mx","encryption":"tls","username":"u","from":"a@x","port":465,)"
            R"("to":["b@x","c@x","d@x"],"password":"pa ss"}})");
  EXPECT_EQ(
    added({"slack", "--name", "ops", "--webhook-url",
           "@" + write_file("url", "https://hooks.slack.com/s\r\n")}),
    R"({"type":"slack","name":"ops","settings":{"webhook_url":"https://hooks.slack.com/s"}})");
  EXPECT_EQ(
    added({"discord", "--name", "ops", "--webhook-url", "https://d", "--thread-id", "7"}),
    R"({"type":"discord","name":"ops","settings":{"thread_id":"7","webhook_url":"https://d"}})");
  EXPECT_EQ(added({"telegram", "--name", "ops", "--bot-token", "1:a", "--chat-id", "-1001",
                   "--topic-id", "4"}),
            R"({"type":"telegram","name":"ops","settings":{"chat_id":"-1001","topic_id":"4",)"
            R"("bot_token":"1:a"}})");
  EXPECT_EQ(added({"webhook", "--name", "ops", "--url", "https://w", "--secret", "s", "--header",
                   "X-Key: a:b", "--header", "X-Other:@" + write_file("h", "from file\n")}),
            R"({"type":"webhook","name":"ops","settings":{"url":"https://w","secret":"s",)"
            R"("headers":{"X-Key":"a:b","X-Other":"from file"}}})");
}

TEST_F(channel_commands_test, adds_the_alerting_services_as_webhooks) {
  EXPECT_EQ(
    added({"pagerduty", "--name", "ops", "--routing-key", "-"}, "abc\n"),
    R"({"type":"webhook","name":"ops","settings":{"format":"pagerduty","routing_key":"abc"}})");
  EXPECT_EQ(
    added({"opsgenie", "--name", "ops", "--api-key", "k", "--url", "https://o"}),
    R"({"type":"webhook","name":"ops","settings":{"format":"opsgenie","api_key":"k","url":"https://o"}})");
}

TEST_F(channel_commands_test, adds_templates) {
  EXPECT_EQ(added({"slack", "--name", "ops", "--webhook-url", "u", "--template",
                   "*/subject={{service}}=x", "--template", "*/body=-", "--template",
                   "deploy.failure/body=@" + write_file("t", "from\nfile\n")},
                  "input\n"),
            R"({"type":"slack","name":"ops","settings":{"webhook_url":"u","templates":)"
            R"({"*":{"subject":"{{service}}=x","body":"input"},)"
            R"("deploy.failure":{"body":"from\nfile"}}}})");
  for (auto bad : {"x", "*=y", "/subject=y", "*/=y"})
    EXPECT_EQ(
      run({"channel", "add", "slack", "--name", "n", "--webhook-url", "u", "--template", bad}).code,
      exit_code::usage)
      << bad;
}

TEST_F(channel_commands_test, adds_owner_triggers_and_filters) {
  EXPECT_EQ(
    added({"webhook", "--url", "https://w", "--name", "n", "--owner", "customer/acme", "--disabled",
           "--trigger", "deploy.success=off", "--trigger", "service.started=on",
           "--include-service", "a", "--include-service", "b", "--exclude-customer", "c"}),
    R"({"type":"webhook","name":"n","owner":"customer/acme","enabled":false,)"
    R"("triggers":{"deploy.success":{"on":false},"service.started":{"on":true}},)"
    R"("filters":{"customers":{"include":[],"exclude":["c"]},)"
    R"("services":{"include":["a","b"],"exclude":[]}},"settings":{"url":"https://w"}})");
}

TEST_F(channel_commands_test, adds_how_the_channel_tries_again) {
  EXPECT_EQ(
    added({"webhook", "--url", "https://w", "--name", "n", "--first-retry", "7", "--give-up", "60",
           "--on-ambiguous", "dead_letter"}),
    R"({"type":"webhook","name":"n","delivery":{"first_retry_seconds":7,)"
    R"("give_up_seconds":60,"on_ambiguous":"dead_letter"},"settings":{"url":"https://w"}})");
}

TEST_F(channel_commands_test, keeps_the_url_of_the_service_apart_from_that_of_a_webhook) {
  auto url = environment_["TOCSIN_URL"];
  environment_["TOCSIN_URL"] = "http://127.0.0.1:1";
  answer("POST /channels", 201, "{}");
  auto result
    = run({"--url", url, "channel", "add", "webhook", "--name", "n", "--url", "https://w"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_THAT(api_.requests().at(0).body, HasSubstr("https://w"));
}

TEST_F(channel_commands_test, refuses_incomplete_channels_without_repeating_secrets) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
         {"channel", "add"},
         {"channel", "add", "fax", "--name", "n"},
         {"channel", "add", "slack", "--name", "n"},
         {"channel", "add", "slack", "--webhook-url", "https://x"},
         {"channel", "add", "webhook", "--name", "n", "--url", "u", "--header", "hushhush"},
         {"channel", "add", "webhook", "--name", "n", "--url", "-", "--secret", "-"},
         {"channel", "add", "webhook", "--name", "n", "--url", "@/nonexistent"},
         {"channel", "add", "webhook", "--name", "n", "--url", "u", "--trigger", "a=maybe"}}) {
    auto result = run(arguments, "text");
    EXPECT_EQ(result.code, exit_code::usage) << arguments.back();
    EXPECT_THAT(result.err, Not(HasSubstr("hushhush")));
  }
  EXPECT_TRUE(api_.requests().empty());
}

TEST_F(channel_commands_test, tries_a_draft_and_stores_nothing) {
  answer("POST /channels/test", 200, R"({"delivered":false,"stage":"connect","code":"refused"})");
  auto result = run({"channel", "add", "slack", "--name", "n", "--webhook-url", "u", "--try"});
  EXPECT_EQ(result.code, exit_code::not_delivered);
  EXPECT_THAT(result.out, HasSubstr("stage      connect"));
  EXPECT_THAT(asked(), ElementsAre("POST /channels/test"));
}

TEST_F(channel_commands_test, finds_channels_by_name_over_all_pages) {
  answer(two_pages, 200, R"({"data":[{"id":"C1","name":"dev"}],"next_cursor":"p2"})");
  answer("GET /channels?limit=250&cursor=p2", 200,
         R"({"data":[{"id":"C2","name":"ops"}],"next_cursor":null})");
  answer("DELETE /channels/C2", 204, "");
  auto result = run({"channel", "remove", "ops"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(asked().back(), "DELETE /channels/C2");
}

TEST_F(channel_commands_test, refuses_a_name_that_several_channels_bear) {
  channels_are(R"({"id":"C1","name":"ops","owner":"admin/a"},)"
               R"({"id":"C2","name":"ops","owner":"admin/b"})");
  auto result = run({"channel", "remove", "ops"});
  EXPECT_EQ(result.code, exit_code::usage);
  EXPECT_THAT(result.err, HasSubstr("C1  admin/a"));
  EXPECT_THAT(result.err, HasSubstr("C2  admin/b"));
  EXPECT_THAT(asked(), ElementsAre(two_pages));
}

TEST_F(channel_commands_test, takes_an_id_even_where_a_name_equals_it) {
  channels_are(std::string{R"({"id":"C1","name":")"} + id + R"("},{"id":")" + id
               + R"(","name":"ops"})");
  answer(std::string{"PATCH /channels/"} + id, 200, "{}");
  EXPECT_EQ(run({"channel", "disable", id}).code, exit_code::ok);
  EXPECT_EQ(api_.requests().back().body, R"({"enabled":false})");
}

TEST_F(channel_commands_test, says_that_there_is_no_such_channel) {
  channels_are("");
  auto result = run({"channel", "enable", "nobody"});
  EXPECT_EQ(result.code, exit_code::refused);
  EXPECT_THAT(result.err, HasSubstr("'nobody'"));
}

TEST_F(channel_commands_test, tests_a_channel_and_tells_how_it_went) {
  channels_are(R"({"id":"C1","name":"ops"})");
  answer("POST /channels/C1/test", 200,
         R"({"delivered":true,"outcome":"delivered","stage":"accepted"})");
  answer("POST /channels/C1/test", 200, R"({"delivered":false,"outcome":"dead_endpoint"})");
  EXPECT_EQ(run({"channel", "test", "ops", "--type", "quota.warning"}).code, exit_code::ok);
  EXPECT_EQ(api_.requests().back().body, R"({"event_type":"quota.warning"})");
  EXPECT_EQ(run({"channel", "test", "ops"}).code, exit_code::not_delivered);
  EXPECT_EQ(api_.requests().back().body, "{}");
}

TEST_F(channel_commands_test, shows_what_a_test_sent) {
  channels_are(R"({"id":"C1","name":"ops"})");
  answer("POST /channels/C1/test", 200,
         R"({"delivered":true,"request":{"method":"POST","url":"https://x/[redacted]",)"
         R"("headers":{"webhook-id":"1"},"body":"{\"a\":1.50}"}})");
  EXPECT_EQ(run({"channel", "test", "ops"}).out, "delivered  yes\n"
                                                 "\n"
                                                 "POST https://x/[redacted]\n"
                                                 "webhook-id: 1\n"
                                                 "\n"
                                                 "{\n  \"a\": 1.50\n}\n");
}

TEST_F(channel_commands_test, previews_a_message) {
  channels_are(R"({"id":"C1","name":"ops"})");
  answer("POST /channels/C1/preview", 200,
         R"({"event_type":"test","request":{"method":"MAIL","url":"smtp://mx:587",)"
         R"("encryption":"tls","headers":{"Subject":"S"},"body":"text\n","html":"<p>text</p>"}})");
  EXPECT_EQ(run({"channel", "preview", "ops", "--type", "test"}).out,
            "MAIL smtp://mx:587 tls\nSubject: S\n\ntext\n");
  EXPECT_EQ(api_.requests().back().body, R"({"event_type":"test"})");
}

TEST_F(channel_commands_test, rotates_a_secret_and_shows_the_new_one) {
  channels_are(R"({"id":"C1","name":"ops"})");
  answer("POST /channels/C1/rotate-secret", 200,
         R"({"secret":"whsec_x","previous_secret_expires_at":null,"revision":2})");
  auto result = run({"channel", "rotate-secret", "ops"});
  EXPECT_THAT(result.out, HasSubstr("whsec_x"));
  EXPECT_EQ(api_.requests().back().body, "{}");
  run({"channel", "rotate-secret", "ops", "--grace", "0", "--secret", "-"}, "mine\n");
  EXPECT_EQ(api_.requests().back().body, R"({"grace_seconds":0,"secret":"mine"})");
}

TEST_F(channel_commands_test, lists_and_shows_channels) {
  answer("GET /channels?owner=admin%2Fa&limit=250", 200,
         R"({"data":[{"id":"C1","name":"ops","type":"slack","enabled":true,"owner":"admin/a",)"
         R"("target":"hooks.slack.com/…a1b2"}],"next_cursor":null,"has_more":false})");
  EXPECT_EQ(run({"channel", "list", "--owner", "admin/a"}).out,
            "ID  NAME  TYPE   ENABLED  OWNER    TARGET\n"
            "C1  ops   slack  yes      admin/a  hooks.slack.com/…a1b2\n");
  channels_are(R"({"id":"C1","name":"ops"})");
  answer("GET /channels/C1", 200,
         R"({"id":"C1","filters":{"services":{"include":["a","b"],"exclude":[]}},)"
         R"("secrets":{"url":{"configured":true,"hint":"a1b2"}}})");
  EXPECT_EQ(run({"channel", "show", "ops"}).out, "id                        C1\n"
                                                 "filters.services.include  a, b\n"
                                                 "filters.services.exclude  -\n"
                                                 "secrets.url.configured    yes\n"
                                                 "secrets.url.hint          a1b2\n");
}

TEST_F(channel_commands_test, sets_triggers_and_leaves_the_others_alone) {
  channels_are(R"({"id":"C1","name":"ops"})");
  answer("PATCH /channels/C1", 200, "{}");
  auto result = run({"trigger", "set", "ops", "deploy.success=off", "ssl.expiring=default"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(api_.requests().back().body,
            R"({"triggers":{"deploy.success":{"on":false},"ssl.expiring":null}})");
  EXPECT_EQ(run({"trigger", "set", "ops", "deploy.success"}).code, exit_code::usage);
  EXPECT_EQ(run({"trigger", "set", "ops"}).code, exit_code::usage);
}

TEST_F(channel_commands_test, sets_and_clears_the_receivers_of_a_trigger) {
  channels_are(R"({"id":"C1","name":"ops"})");
  answer("PATCH /channels/C1", 200, "{}");
  auto result = run({"trigger", "set", "ops", "deploy.success=on", "a.b=default", "--to",
                     "deploy.success=x@x", "--to", "ssl.expiring=", "--to", "deploy.success=y@x",
                     "--to", "a.b=z@x"});
  EXPECT_EQ(result.code, exit_code::ok) << result.err;
  EXPECT_EQ(api_.requests().back().body,
            R"({"triggers":{"deploy.success":{"on":true,"to":["x@x","y@x"]},)"
            R"("a.b":{"on":null,"to":["z@x"]},"ssl.expiring":{"to":[]}}})");
  EXPECT_EQ(run({"trigger", "set", "ops", "--to", "x@x"}).code, exit_code::usage);
}

TEST_F(channel_commands_test, shows_the_matrix_of_triggers) {
  answer("GET /triggers?owner=admin%2Fadmin", 200,
         R"({"owner":"admin/admin","event_types":[{"type":"a.b","default":true},)"
         R"({"type":"c","default":false}],"channels":[{"id":"C1","name":"ops","triggers":)"
         R"({"a.b":{"on":false,"default":true},"c":{"on":false,"default":false}}},)"
         R"({"id":"C2","name":"mail","triggers":{"a.b":{"on":true,"default":true,)"
         R"("to":["x@x","y@x"]},"c":{"on":false,"default":false}}}]})");
  EXPECT_EQ(run({"trigger", "show"}).out, "EVENT TYPE  DEFAULT  ops    mail\n"
                                          "a.b         on       off *  on * to x@x, y@x\n"
                                          "c           off      off    off\n"
                                          "\n"
                                          "* differs from the default\n");
}

TEST_F(channel_commands_test, changes_what_is_named_alone) {
  channels_are(R"({"id":"C1","name":"ops"})");
  answer("PATCH /channels/C1", 200, R"({"id":"C1","name":"on call"})");
  auto changed = [this](std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.begin(), {"channel", "set", "ops"});
    auto result = run(arguments, input);
    EXPECT_EQ(result.code, exit_code::ok) << result.err;
    return api_.requests().back().body;
  };
  EXPECT_EQ(changed({"--name", "on call"}), R"({"name":"on call"})");
  EXPECT_EQ(changed({"--include-customer", "a", "--include-customer", "b", "--all-services"}),
            R"({"filters":{"customers":{"include":["a","b"]},)"
            R"("services":{"include":[],"exclude":[]}}})");
  EXPECT_EQ(changed({"--setting", "secret=-", "--setting", "port:=465", "--setting", "channel="},
                    "the secret\n"),
            R"({"settings":{"secret":"the secret","port":465,"channel":null}})");
  EXPECT_EQ(changed({"--setting", "chat_id=@@acme_alerts"}),
            R"({"settings":{"chat_id":"@acme_alerts"}})");
  EXPECT_EQ(changed({"--first-retry", "7", "--max-retry", "0", "--give-up", "60", "--on-ambiguous",
                     "dead_letter"}),
            R"({"delivery":{"first_retry_seconds":7,"max_retry_seconds":null,)"
            R"("give_up_seconds":60,"on_ambiguous":"dead_letter"}})");
  auto count = api_.requests().size();
  auto wrong = run({"channel", "set", "ops", "--setting", "very-secret"});
  EXPECT_EQ(wrong.code, exit_code::usage);
  EXPECT_THAT(wrong.err, Not(HasSubstr("very-secret")));
  EXPECT_EQ(run({"channel", "set", "ops", "--setting", "port:=x"}).code, exit_code::usage);
  EXPECT_EQ(api_.requests().size(), count);
}

} // namespace tocsin::cli
