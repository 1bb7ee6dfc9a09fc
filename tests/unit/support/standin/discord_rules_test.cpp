#include "tests/support/standin/discord_rules.hpp"
#include "tests/unit/support/standin/requests.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tocsin::standin {
namespace {

const sighting discord_sighting{
  7, std::chrono::system_clock::time_point{std::chrono::seconds{1774794600}}};

/// `members` in a message that mentions nobody.
std::string discord_message(std::string_view members) {
  return fmt::format(R"({{"allowed_mentions":{{"parse":[]}},{}}})", members);
}

std::string embed(std::string_view members) {
  return discord_message(fmt::format(R"("embeds":[{{{}}}])", members));
}

struct discord_row {
  std::string body;
  /// The code of the refusal; 0 if it is accepted.
  int code;
  /// For 50035: the path of the faulty field.
  std::string path;
};

void check_discord_rows(const std::vector<discord_row>& rows) {
  for (const auto& row : rows) {
    auto decision = check_discord(discord_post(row.body), discord_sighting);
    auto body = boost::json::parse(decision.answer.body).as_object();
    auto shown = row.body.substr(0, 300) + " " + decision.reason;
    EXPECT_EQ(decision.accepted, row.code == 0) << shown;
    EXPECT_EQ(decision.answer.status, row.code == 0 ? 200 : 400) << shown;
    if (row.code == 0)
      continue;
    EXPECT_EQ(body["code"], row.code) << shown;
    if (row.code == 50035) {
      EXPECT_EQ(decision.reason.substr(0, decision.reason.find(':')), row.path) << shown;
    }
  }
}

TEST(discord_rules, take_a_message_and_return_it_saved) {
  auto decision = check_discord(
    discord_post(discord_message(R"("content":"hi","embeds":[{"title":"t","color":16711680}])")),
    discord_sighting);
  ASSERT_TRUE(decision.accepted) << decision.reason;
  EXPECT_EQ(decision.answer.status, 200);
  auto saved = boost::json::parse(decision.answer.body).as_object();
  EXPECT_EQ(saved["content"], "hi");
  EXPECT_EQ(saved["webhook_id"], "123456789012345678");
  EXPECT_EQ(saved["timestamp"], "2026-03-29T14:30:00.000000+00:00");
  EXPECT_GE(saved["id"].as_string().size(), 17u);
}

TEST(discord_rules, answer_the_path_token_and_method_that_are_wrong) {
  struct path_row {
    std::string path;
    int status;
    int code;
  };
  auto token = times(68, "t");
  for (const auto& row : std::vector<path_row>{
         {"/discord/api/webhooks/123456789012345678/" + token, 404, 10015},
         {"/discord/api/v9/webhooks/123456789012345678/" + token, 404, 10015},
         {"/discord/api/v10/webhooks/1234/" + token, 404, 10015},
         {"/discord/api/v10/webhooks/123456789012345678/" + token + "/slack", 404, 10015},
         {"/discord/api/v10/webhooks/123456789012345678/short", 401, 50027}}) {
    auto req = discord_post(discord_message(R"("content":"a")"));
    req.path = row.path;
    auto answer = check_discord(req, discord_sighting).answer;
    EXPECT_EQ(answer.status, row.status) << row.path;
    EXPECT_EQ(boost::json::parse(answer.body).at("code"), row.code) << row.path;
  }
  auto req = discord_post(discord_message(R"("content":"a")"));
  req.method = "GET";
  EXPECT_EQ(check_discord(req, discord_sighting).answer.status, 405);
}

TEST(discord_rules, want_wait_and_know_thread_id) {
  struct query_row {
    std::string query;
    bool fine;
  };
  for (const auto& row : std::vector<query_row>{{"wait=true", true},
                                                {"wait=true&thread_id=123456789012345678", true},
                                                {"", false},
                                                {"wait=1", false},
                                                {"wait=false", false},
                                                {"wait=true&thread_id=x", false},
                                                {"wait=true&thread=1", false}}) {
    auto req = discord_post(discord_message(R"("content":"a")"));
    req.query = row.query;
    EXPECT_EQ(check_discord(req, discord_sighting).accepted, row.fine) << row.query;
  }
}

TEST(discord_rules, want_a_bot_user_agent_and_json) {
  auto req = discord_post(discord_message(R"("content":"a")"));
  req.headers = {{"Content-Type", "application/json"}, {"User-Agent", "curl/7.88.1"}};
  EXPECT_EQ(boost::json::parse(check_discord(req, discord_sighting).answer.body).at("code"), 40333);
  req = discord_post(discord_message(R"("content":"a")"));
  req.headers[0].value = "text/plain";
  EXPECT_EQ(boost::json::parse(check_discord(req, discord_sighting).answer.body).at("code"), 50035);
  req = discord_post(discord_message(R"("content":"a")"));
  req.headers[0].value = "application/json; charset=UTF-8";
  EXPECT_TRUE(check_discord(req, discord_sighting).accepted);
}

TEST(discord_rules, insist_on_mentioning_nobody) {
  check_discord_rows(
    {{R"({"content":"@everyone"})", 50035, "allowed_mentions"},
     {R"({"content":"a","allow_mentions":{"parse":[]}})", 50035, "allow_mentions"},
     {R"({"content":"a","allowed_mentions":{}})", 50035, "allowed_mentions.parse"},
     {R"({"content":"a","allowed_mentions":{"parse":["users"]}})", 50035, "allowed_mentions.parse"},
     {R"({"content":"a","allowed_mentions":{"parse":[],"users":["123456789012345678"]}})", 50035,
      "allowed_mentions.parse"},
     {R"({"content":"a","allowed_mentions":{"parse":[],"users":[],"replied_user":false}})",
      0,
      {}}});
}

TEST(discord_rules, refuse_empty_and_malformed_messages) {
  check_discord_rows({{discord_message(R"("content":"")"), 50006, {}},
                      {discord_message(R"("content":" \n ")"), 50006, {}},
                      {discord_message(R"("embeds":[])"), 50006, {}},
                      {discord_message(R"("embeds":[{}])"), 50035, "embeds.0.description"},
                      {"{", 50109, {}},
                      {"{\"content\":\"\xC3\x28\"}", 50109, {}},
                      {R"({"content":"\udc00"})", 50109, {}},
                      {"[]", 50035, "_"},
                      {discord_message(R"("content":"a","components":[])"), 50035, "components"},
                      {embed(R"("title":"a","colour":1)"), 50035, "embeds.0.colour"}});
}

TEST(discord_rules, count_code_points_of_the_trimmed_text) {
  auto content = [](std::size_t count, std::string_view of, std::string_view around = "") {
    return discord_message(fmt::format(R"("content":"{}{}{}")", around, times(count, of), around));
  };
  check_discord_rows({{content(2000, "a"), 0, {}},
                      {content(2001, "a"), 50035, "content"},
                      {content(2000, rocket), 0, {}},
                      {content(2001, rocket), 50035, "content"},
                      {content(2000, "a", "  "), 0, {}}});
}

TEST(discord_rules, hold_the_limits_of_embeds) {
  auto field = [](std::size_t name, std::size_t value) {
    return fmt::format(R"({{"name":"{}","value":"{}","inline":true}})", times(name, "n"),
                       times(value, "v"));
  };
  auto fields = [&](std::size_t count, const std::string& one) {
    auto all = times(count, one + ",");
    all.pop_back();
    return embed(fmt::format(R"("fields":[{}])", all));
  };
  auto text = [](std::string_view key, std::size_t count, std::string_view of = "a") {
    return embed(fmt::format(R"("{}":"{}")", key, times(count, of)));
  };
  auto part = [](std::string_view key, std::string_view inner, std::size_t count) {
    return embed(fmt::format(R"("title":"t","{}":{{"{}":"{}"}})", key, inner, times(count, "p")));
  };
  auto many = [](std::size_t count) {
    auto all = times(count, R"({"title":"t"},)");
    all.pop_back();
    return discord_message(fmt::format(R"("embeds":[{}])", all));
  };
  check_discord_rows({{text("title", 256), 0, {}},
                      {text("title", 257), 50035, "embeds.0.title"},
                      {text("title", 256, rocket), 0, {}},
                      {text("description", 4096, euro), 0, {}},
                      {text("description", 4097, euro), 50035, "embeds.0.description"},
                      {fields(25, field(10, 10)), 0, {}},
                      {fields(26, field(10, 10)), 50035, "embeds.0.fields"},
                      {fields(1, field(256, 1024)), 0, {}},
                      {fields(1, field(257, 1)), 50035, "embeds.0.fields.0.name"},
                      {fields(1, field(1, 1025)), 50035, "embeds.0.fields.0.value"},
                      {fields(1, field(0, 1)), 50035, "embeds.0.fields.0.name"},
                      {fields(1, field(1, 0)), 50035, "embeds.0.fields.0.value"},
                      {fields(1, R"({"name":"​","value":"​"})"), 0, {}},
                      {part("footer", "text", 2048), 0, {}},
                      {part("footer", "text", 2049), 50035, "embeds.0.footer.text"},
                      {part("author", "name", 256), 0, {}},
                      {part("author", "name", 257), 50035, "embeds.0.author.name"},
                      {many(10), 0, {}},
                      {many(11), 50035, "embeds"}});
}

TEST(discord_rules, hold_the_limit_on_all_embeds_together) {
  auto two = [](std::size_t first, std::size_t second) {
    return discord_message(
      fmt::format(R"("embeds":[{{"description":"{}"}},{{"description":"{}"}}])",
                  times(first, rocket), times(second, "b")));
  };
  check_discord_rows({{two(3000, 3000), 0, {}}, {two(3000, 3001), 50035, "embeds"}});
}

TEST(discord_rules, check_urls_colours_and_times) {
  check_discord_rows(
    {{embed(R"("title":"t","url":"https://example.org")"), 0, {}},
     {embed(R"("title":"t","url":"javascript:alert")"), 50035, "embeds.0.url"},
     {embed(R"("title":"t","image":{"url":"data:x"})"), 50035, "embeds.0.image.url"},
     {embed(R"("title":"t","color":16777215)"), 0, {}},
     {embed(R"("title":"t","color":16777216)"), 50035, "embeds.0.color"},
     {embed(R"("title":"t","color":"red")"), 50035, "embeds.0.color"},
     {embed(R"("title":"t","timestamp":"2026-03-29T14:30:00Z")"), 0, {}},
     {embed(R"("title":"t","timestamp":"yesterday")"), 50035, "embeds.0.timestamp"}});
}

TEST(discord_rules, check_names_and_flags) {
  check_discord_rows(
    {{discord_message(R"("content":"a","username":"Tocsin")"), 0, {}},
     {discord_message(R"("content":"a","username":"My Discord")"), 50035, "username"},
     {discord_message(R"("content":"a","username":"clydesdale")"), 50035, "username"},
     {discord_message(R"("content":"a","username":")" + times(81, "u") + "\""), 50035, "username"},
     {discord_message(R"("content":"a","flags":4100)"), 0, {}},
     {discord_message(R"("content":"a","flags":32768)"), 50035, "flags"}});
}

TEST(discord_rules, nest_the_form_error_by_its_path) {
  auto answer
    = check_discord(discord_post(embed(R"("title":")" + times(257, "a") + "\"")), discord_sighting)
        .answer;
  EXPECT_EQ(answer.body,
            R"({"message":"Invalid Form Body","code":50035,"errors":{"embeds":{"0":{"title":)"
            R"({"_errors":[{"code":"BASE_TYPE_MAX_LENGTH",)"
            R"("message":"Must be 256 or fewer in length."}]}}}}})");
}

} // namespace
} // namespace tocsin::standin
