#include "tests/support/standin/telegram_rules.hpp"
#include "tests/unit/support/standin/requests.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tocsin::standin {
namespace {

const sighting telegram_sighting{
  42, std::chrono::system_clock::time_point{std::chrono::seconds{1774794600}}};

/// `members` in a message to a private chat.
std::string telegram_message(std::string_view members) {
  return fmt::format(R"({{"chat_id":7,{}}})", members);
}

std::string text(std::string_view content, std::string_view mode = "HTML") {
  return telegram_message(fmt::format(R"("text":"{}","parse_mode":"{}")", content, mode));
}

struct telegram_row {
  std::string body;
  /// What follows "Bad Request: "; empty if it is accepted.
  std::string description;
};

void check_telegram_rows(const std::vector<telegram_row>& rows) {
  for (const auto& row : rows) {
    auto decision = check_telegram(telegram_post(row.body), telegram_sighting);
    auto body = boost::json::parse(decision.answer.body).as_object();
    auto shown = row.body.substr(0, 300) + " " + decision.answer.body.substr(0, 300);
    EXPECT_EQ(body["ok"], row.description.empty()) << shown;
    EXPECT_EQ(decision.accepted, row.description.empty()) << shown;
    if (row.description.empty())
      continue;
    EXPECT_EQ(body["description"].as_string(), "Bad Request: " + row.description) << shown;
    EXPECT_EQ(body["error_code"], 400) << shown;
    EXPECT_EQ(decision.answer.status, 400) << shown;
  }
}

TEST(telegram_rules, take_a_message_and_return_it_sent) {
  auto decision = check_telegram(
    telegram_post(
      R"({"chat_id":"-1001234567890","text":"<b>up</b> &amp; running","parse_mode":"html",)"
      R"("link_preview_options":{"is_disabled":true},"message_thread_id":5})"),
    telegram_sighting);
  ASSERT_TRUE(decision.accepted) << decision.reason;
  auto result = boost::json::parse(decision.answer.body).at("result").as_object();
  EXPECT_EQ(result["message_id"], 42);
  EXPECT_EQ(result["text"], "up & running");
  EXPECT_EQ(result["date"], 1774794600);
  EXPECT_EQ(result["chat"].at("type"), "supergroup");
  EXPECT_EQ(result["entities"].at(0).at("type"), "bold");
}

TEST(telegram_rules, answer_the_path_token_method_and_type_that_are_wrong) {
  struct path_row {
    std::string path;
    int status;
  };
  auto secret = times(35, "A");
  for (const auto& row :
       std::vector<path_row>{{"/telegram/bot123456789:" + secret + "/sendPhoto", 404},
                             {"/telegram/123456789:" + secret + "/sendMessage", 404},
                             {"/telegram/bot123456789:" + secret + "/x/sendMessage", 404},
                             {"/telegram/bot0123456789:" + secret + "/sendMessage", 401},
                             {"/telegram/bot123456789" + secret + "/sendMessage", 401},
                             {"/telegram/botabc:" + secret + "/sendMessage", 401},
                             {"/telegram/bot123456789:short/sendMessage", 401}}) {
    auto req = telegram_post(text("a"));
    req.path = row.path;
    auto answer = check_telegram(req, telegram_sighting).answer;
    EXPECT_EQ(answer.status, row.status) << row.path;
    EXPECT_EQ(boost::json::parse(answer.body).at("error_code"), row.status) << row.path;
  }
  auto req = telegram_post(text("a"));
  req.method = "GET";
  EXPECT_EQ(check_telegram(req, telegram_sighting).answer.status, 405);
  req = telegram_post(text("a"));
  req.headers[0].value = "application/x-www-form-urlencoded";
  EXPECT_EQ(check_telegram(req, telegram_sighting).answer.status, 415);
}

TEST(telegram_rules, know_chats_by_number_and_name) {
  auto to
    = [](std::string_view chat) { return fmt::format(R"({{"chat_id":{},"text":"a"}})", chat); };
  check_telegram_rows({{to("1"), {}},
                       {to("-100123"), {}},
                       {to(R"("@channel_1")"), {}},
                       {to("4503599627370495"), {}},
                       {to("4503599627370496"), "chat not found"},
                       {to("0"), "chat not found"},
                       {to(R"("@x")"), "chat not found"},
                       {to(R"("name")"), "chat not found"},
                       {to(R"("")"), "chat_id is empty"},
                       {to("true"), "chat_id is empty"},
                       {R"({"text":"a"})", "chat_id is empty"}});
}

TEST(telegram_rules, refuse_broken_bodies_and_unknown_parameters) {
  check_telegram_rows(
    {{"{", "can't parse JSON"},
     {"[]", "can't parse JSON"},
     {R"({"chat_id":7,"text":"\ud800"})", "can't parse JSON"},
     {"{\"chat_id\":7,\"text\":\"\xC3\x28\"}", "strings must be encoded in UTF-8"},
     {"{\"chat_id\":7,\"text\":\"\xED\xA0\x80\"}", "strings must be encoded in UTF-8"},
     {telegram_message(R"("text":"a","disable_web_page_preview":true)"),
      "unknown parameter \"disable_web_page_preview\""},
     {text("a", "MarkdownV2"), "unsupported parse_mode"},
     {telegram_message("\"text\":\"a\",\"reply_markup\":" + times(100, "[") + times(100, "]")),
      "can't parse JSON"}});
}

TEST(telegram_rules, refuse_a_request_above_a_mebibyte) {
  auto req = telegram_post(text("a"));
  req.body.resize(1 << 20, ' ');
  EXPECT_TRUE(check_telegram(req, telegram_sighting).accepted);
  req.body += ' ';
  EXPECT_EQ(check_telegram(req, telegram_sighting).answer.status, 413);
}

TEST(telegram_rules, count_the_parsed_text_in_code_points) {
  check_telegram_rows({{text(times(4096, "a")), {}},
                       {text(times(4097, "a")), "message is too long"},
                       {text(times(4096, rocket)), {}},
                       {text(times(4097, rocket)), "message is too long"},
                       {text("<b>" + times(4096, "&lt;") + "</b>"), {}},
                       {text(times(4096, "a") + "   "), {}},
                       {text(times(32768, "a")), "message is too long"},
                       {text(times(32769, "a")), "text is too long"},
                       {text(times(10923, euro)), "text is too long"}});
}

TEST(telegram_rules, refuse_what_would_show_nothing) {
  check_telegram_rows({{text(""), "message text is empty"},
                       {telegram_message(R"("parse_mode":"HTML")"), "message text is empty"},
                       {text("  \\n "), "text must be non-empty"},
                       {text("\\u0001\\u001b"), "text must be non-empty"},
                       {text("\\u2028\\u202e\\r"), "text must be non-empty"},
                       {text("<b></b>"), "text must be non-empty"}});
}

TEST(telegram_rules, report_html_faults) {
  check_telegram_rows(
    {{text("<br>"), "can't parse entities: Unsupported start tag \"br\" at byte offset 0"},
     {text("a <b>b"), "can't parse entities: Can't find end tag corresponding to start tag \"b\""},
     {telegram_message(R"("text":"a < b")"), {}},
     {text("a < b", ""), {}}});
}

} // namespace
} // namespace tocsin::standin
