#include "tests/support/standin/slack_rules.hpp"
#include "tests/unit/support/standin/requests.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tocsin::standin {
namespace {

struct slack_row {
  std::string body;
  int status;
  std::string answer;
};

void check_slack_rows(const std::vector<slack_row>& rows) {
  for (const auto& row : rows) {
    auto decision = check_slack(slack_post(row.body));
    EXPECT_EQ(decision.answer.body, row.answer) << row.body.substr(0, 300) << decision.reason;
    EXPECT_EQ(decision.answer.status, row.status) << row.body.substr(0, 300);
    EXPECT_EQ(decision.accepted, row.answer == "ok");
    EXPECT_EQ(decision.reason.empty(), decision.accepted) << row.body.substr(0, 300);
  }
}

std::string block(std::string_view json) {
  return fmt::format(R"({{"text":"t","blocks":[{}]}})", json);
}

std::string section(std::string_view text) {
  return fmt::format(R"({{"type":"section","text":{{"type":"mrkdwn","text":"{}"}}}})", text);
}

std::string header(std::string_view text) {
  return fmt::format(R"({{"type":"header","text":{{"type":"plain_text","text":"{}"}}}})", text);
}

std::string button(std::string_view url, std::string_view label = "Open") {
  return fmt::format(R"({{"type":"button","text":{{"type":"plain_text","text":"{}"}},"url":"{}"}})",
                     label, url);
}

std::string actions(std::string_view elements) {
  return block(fmt::format(R"({{"type":"actions","elements":[{}]}})", elements));
}

std::string list_of(std::size_t count, const std::string& json) {
  auto all = times(count, json + ",");
  all.pop_back();
  return all;
}

TEST(slack_rules, take_a_message_with_text_and_blocks) {
  check_slack_rows(
    {{R"({"text":"hello"})", 200, "ok"},
     {R"({"text":"a","unfurl_links":false,"unfurl_media":false,"mrkdwn":true})", 200, "ok"},
     {block(section("*bold* <https://example.org|link>") + "," + header("Title")
            + R"(,{"type":"divider"})"),
      200, "ok"}});
}

TEST(slack_rules, answer_the_path_method_and_type_that_are_wrong) {
  auto wrong = slack_post(R"({"text":"a"})");
  wrong.method = "GET";
  EXPECT_EQ(check_slack(wrong).answer.status, 405);
  wrong = slack_post(R"({"text":"a"})");
  wrong.headers = {{"Content-Type", "text/plain"}};
  EXPECT_EQ(check_slack(wrong).answer.body, "invalid_payload");
  for (auto path : {"/slack/services/T0/B0/x", "/slack/services/T00000001/B00000001/short",
                    "/slack/workflows/T00000001/B00000001/XXXXXXXXXXXXXXXXXXXXXXXX",
                    "/slack/services/T00000001/B00000001/XXXXXXXXXXXXXXXXXXXXXXXX/"}) {
    EXPECT_EQ(check_slack(json_post(path, R"({"text":"a"})")).answer.body, "no_service") << path;
  }
}

TEST(slack_rules, refuse_what_is_no_json_object_in_utf8) {
  check_slack_rows({{"", 400, "invalid_payload"},
                    {"[]", 400, "invalid_payload"},
                    {R"({"text":"a"} x)", 400, "invalid_payload"},
                    {"{\"text\":\"\xC3\x28\"}", 400, "invalid_payload"},
                    {"{\"text\":\"\xED\xA0\x80\"}", 400, "invalid_payload"},
                    {"{\"text\":\"\xC0\xAF\"}", 400, "invalid_payload"},
                    {R"({"text":"\ud800"})", 400, "invalid_payload"}});
}

TEST(slack_rules, refuse_unknown_and_overriding_keys) {
  check_slack_rows({{R"({"text":"a","txet":"b"})", 400, "invalid_payload"},
                    {R"({"text":"a","channel":"#x"})", 400, "invalid_payload"},
                    {R"({"text":"a","username":"x"})", 400, "invalid_payload"},
                    {R"({"text":"a","link_names":true})", 400, "invalid_payload"},
                    {block(R"({"type":"section","txt":1})"), 400, "invalid_blocks"}});
}

TEST(slack_rules, let_a_legacy_webhook_choose_its_channel) {
  auto req = json_post("/slack/services/T00000001/BLEGACY01/XXXXXXXXXXXXXXXXXXXXXXXX",
                       R"({"text":"a","channel":"#x","username":"u","icon_emoji":":x:"})");
  EXPECT_EQ(check_slack(req).answer.body, "ok");
}

TEST(slack_rules, want_a_text) {
  check_slack_rows({{"{}", 400, "no_text"},
                    {R"({"text":""})", 400, "no_text"},
                    {R"({"text":"  \n"})", 400, "no_text"},
                    {R"({"blocks":[]})", 400, "no_text"},
                    {R"({"text":1})", 400, "invalid_payload"}});
}

TEST(slack_rules, count_the_text_in_utf16_units) {
  auto body = [](std::size_t count, std::string_view of) {
    return fmt::format(R"({{"text":"{}"}})", times(count, of));
  };
  check_slack_rows({{body(40000, "a"), 200, "ok"},
                    {body(40001, "a"), 400, "invalid_payload"},
                    {body(20000, rocket), 200, "ok"},
                    {body(20001, rocket), 400, "invalid_payload"}});
}

TEST(slack_rules, refuse_control_characters_left_unescaped) {
  auto body = [](std::string_view text) { return fmt::format(R"({{"text":"{}"}})", text); };
  check_slack_rows({{body("Tom &amp; Jerry &amp;amp; &amp;lt;"), 200, "ok"},
                    {body("&lt;!channel&gt; @everyone @here"), 200, "ok"},
                    {body("<https://example.org/?a=1&amp;b=2>"), 200, "ok"},
                    {body("<mailto:a@example.org|write>"), 200, "ok"},
                    {body("Tom & Jerry"), 400, "invalid_payload"},
                    {body("&nbsp;"), 400, "invalid_payload"},
                    {body("<!channel>"), 400, "invalid_payload"},
                    {body("<!subteam^S1>"), 400, "invalid_payload"},
                    {body("<@U123>"), 400, "invalid_payload"},
                    {body("<#C1>"), 400, "invalid_payload"},
                    {body("<script>alert(1)</script>"), 400, "invalid_payload"},
                    {body("<javascript:alert(1)|x>"), 400, "invalid_payload"},
                    {body("a > b"), 400, "invalid_payload"},
                    {body("a < b"), 400, "invalid_payload"},
                    {block(section("<!here>")), 400, "invalid_blocks"},
                    {block(header("a < b & c")), 200, "ok"}});
}

TEST(slack_rules, hold_the_limits_of_block_kit) {
  auto fields = [](std::size_t count, std::size_t size) {
    auto one = fmt::format(R"({{"type":"mrkdwn","text":"{}"}})", times(size, "f"));
    return block(fmt::format(R"({{"type":"section","fields":[{}]}})", list_of(count, one)));
  };
  auto context = [](std::size_t count) {
    return block(fmt::format(R"({{"type":"context","elements":[{}]}})",
                             list_of(count, R"({"type":"mrkdwn","text":"c"})")));
  };
  auto markdown = [](std::size_t size) {
    return block(fmt::format(R"({{"type":"markdown","text":"{}"}})", times(size, "m")));
  };
  check_slack_rows(
    {{block(list_of(50, R"({"type":"divider"})")), 200, "ok"},
     {block(list_of(51, R"({"type":"divider"})")), 400, "invalid_blocks"},
     {block(section(times(3000, "a"))), 200, "ok"},
     {block(section(times(3001, "a"))), 400, "invalid_blocks"},
     {block(section(times(1500, rocket))), 200, "ok"},
     {block(section(times(1500, rocket) + "a")), 400, "invalid_blocks"},
     {block(section("")), 400, "invalid_blocks"},
     {block(header(times(150, "h"))), 200, "ok"},
     {block(header(times(151, "h"))), 400, "invalid_blocks"},
     {block(header(" ")), 400, "invalid_blocks"},
     {fields(10, 1000), 200, "ok"},
     {fields(11, 10), 400, "invalid_blocks"},
     {fields(1, 2000), 200, "ok"},
     {fields(1, 2001), 400, "invalid_blocks"},
     {context(10), 200, "ok"},
     {context(11), 400, "invalid_blocks"},
     {block(R"({"type":"context","elements":[]})"), 400, "invalid_blocks"},
     {markdown(12000), 200, "ok"},
     {markdown(12001), 400, "invalid_blocks"},
     {block(R"({"type":"divider","block_id":")" + times(255, "i") + "\"}"), 200, "ok"},
     {block(R"({"type":"divider","block_id":")" + times(256, "i") + "\"}"), 400, "invalid_blocks"},
     {block(R"({"type":"rich_text","elements":[]})"), 400, "invalid_blocks"},
     {block(list_of(2, R"({"type":"divider","block_id":"same"})")), 400, "invalid_blocks"}});
}

TEST(slack_rules, hold_the_limits_of_buttons) {
  std::string url = "https://example.org/";
  check_slack_rows({{actions(list_of(25, button(url))), 200, "ok"},
                    {actions(list_of(26, button(url))), 400, "invalid_blocks"},
                    {actions(button(url, times(75, "b"))), 200, "ok"},
                    {actions(button(url, times(76, "b"))), 400, "invalid_blocks"},
                    {actions(button(url + times(2980, "u"))), 200, "ok"},
                    {actions(button(url + times(2981, "u"))), 400, "invalid_blocks"},
                    {actions(button("javascript:alert(1)")), 400, "invalid_blocks"},
                    {actions(button("data:text/html,x")), 400, "invalid_blocks"}});
}

TEST(slack_rules, hold_the_limit_on_all_blocks_together) {
  auto sections = [](std::size_t last) {
    return block(list_of(4, section(times(3000, "a"))) + "," + section(times(last, "a")));
  };
  check_slack_rows({{sections(1200), 200, "ok"}, {sections(1201), 400, "msg_blocks_too_long"}});
}

TEST(slack_rules, look_into_attachments) {
  auto attachment = [](std::string_view json) {
    return fmt::format(R"({{"text":"t","attachments":[{}]}})", json);
  };
  check_slack_rows(
    {{attachment(R"({"color":"#d00000","fallback":"f","blocks":[)" + section("a") + "]}"), 200,
      "ok"},
     {attachment(R"({"color":"danger","fields":[{"title":"a","value":"b","short":true}]})"), 200,
      "ok"},
     {attachment(R"({"color":"red"})"), 400, "invalid_payload"},
     {attachment(R"({"colour":"danger"})"), 400, "invalid_payload"},
     {attachment(R"({"text":"<!channel>"})"), 400, "invalid_payload"},
     {attachment(R"({"fields":[{"title":"a","value":"<@U1>"}]})"), 400, "invalid_payload"},
     {attachment(R"({"blocks":[)" + section(times(3001, "a")) + "]}"), 400, "invalid_blocks"},
     {attachment(R"({"blocks":[)" + section("<!here>") + "]}"), 400, "invalid_blocks"},
     {attachment(list_of(100, "{}")), 200, "ok"},
     {attachment(list_of(101, "{}")), 400, "too_many_attachments"}});
}

} // namespace
} // namespace tocsin::standin
