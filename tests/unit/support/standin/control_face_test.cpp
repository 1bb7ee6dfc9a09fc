#include "tests/support/standin/control_face.hpp"
#include "tests/support/standin/failures.hpp"
#include "tests/unit/support/standin/requests.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace tocsin::standin {
namespace {

class control_face_test : public testing::Test {
protected:
  boost::json::value get(std::string path, std::string query = {}, int status = 200) {
    auto outcome = control_.receive({"GET", std::move(path), std::move(query), {}, {}});
    EXPECT_EQ(outcome.answer.status, status) << outcome.answer.body;
    return boost::json::parse(outcome.answer.body);
  }

  int post(std::string path, std::string body) {
    return control_.receive(json_post(std::move(path), std::move(body))).answer.status;
  }

  record_book records_{100};
  script_book scripts_;
  provider_desk desk_{records_, scripts_};
  control_face control_{records_, scripts_, desk_, [] {
                          return boost::json::object{{"status", "ok"}};
                        }};
};

TEST_F(control_face_test, shows_what_was_accepted_and_refused) {
  desk_.receive(slack_post(R"({"text":"one"})"));
  desk_.receive(slack_post(R"({"text":"<!channel>"})"));
  desk_.receive(json_post("/webhook/a", R"({"b":"é"})"));
  desk_.receive(json_post("/nowhere", "{}"));
  auto received = get("/received").as_array();
  ASSERT_EQ(received.size(), 2u);
  EXPECT_EQ(received[0].at("provider"), "slack");
  EXPECT_EQ(received[0].at("name"), "B00000001");
  EXPECT_EQ(received[0].at("body"), R"({"text":"one"})");
  EXPECT_EQ(received[1].at("headers").at("content-type"), "application/json");
  auto refused = get("/refused").as_array();
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_EQ(refused[0].at("reply"), "invalid_payload");
  EXPECT_EQ(refused[0].at("reason"), "text: raw < at byte 0 does not open a link");
  EXPECT_EQ(refused[1].at("provider"), "unknown");
  EXPECT_EQ(get("/received", "provider=webhook").as_array().size(), 1u);
  EXPECT_EQ(get("/received", "after=1&limit=1").as_array().at(0).at("sequence"), 3);
  EXPECT_EQ(get("/count").at("accepted").at("total"), 2);
  EXPECT_EQ(get("/count").at("refused").at("slack"), 1);
  EXPECT_EQ(get("/health").at("status"), "ok");
}

TEST_F(control_face_test, shows_bodies_that_are_not_text_in_base64) {
  desk_.expect_json_object(false);
  desk_.receive(json_post("/webhook/a", "\xFF"));
  EXPECT_EQ(get("/received").as_array().at(0).at("body_base64"), "/w==");
}

TEST_F(control_face_test, scripts_replies_and_known_failures) {
  EXPECT_EQ(post("/script", R"({"endpoint":"webhook/a","status":503,"headers":{"Retry-After":"7"},)"
                            R"("body":"later","times":2})"),
            200);
  for (int i = 0; i < 2; ++i) {
    auto outcome = desk_.receive(json_post("/webhook/a", "{}"));
    EXPECT_EQ(outcome.answer.status, 503);
    EXPECT_EQ(outcome.answer.body, "later");
    EXPECT_EQ(outcome.answer.headers.at(0).value, "7");
  }
  EXPECT_EQ(desk_.receive(json_post("/webhook/a", "{}")).answer.status, 200);
  EXPECT_EQ(post("/script", R"({"endpoint":"slack","failure":"slack.no_service"})"), 200);
  EXPECT_EQ(desk_.receive(slack_post(R"({"text":"a"})")).answer.body, "no_service");
}

TEST_F(control_face_test, says_what_is_wrong_with_a_script) {
  for (auto body :
       {R"({"endpoint":"nobody"})", R"({"endpoint":"slack","failure":"no.such"})",
        R"({"endpoint":"slack","stauts":500})", R"({"status":500})",
        R"({"endpoint":"slack","status":9})", R"({"endpoint":"slack","times":-1})",
        R"({"endpoint":"slack","action":"dance"})", R"({"endpoint":"email","stage":"encore"})",
        R"({"endpoint":"slack","headers":{"A":"b\r\nC: d"}})", "[]", "{"}) {
    EXPECT_EQ(post("/script", body), 400) << body;
  }
  EXPECT_EQ(post("/nothing", "{}"), 404);
  EXPECT_EQ(control_.receive({"PUT", "/script", {}, {}, {}}).answer.status, 405);
  get("/received", "provider=nobody", 400);
  get("/received", "since=1", 400);
  get("/nothing", {}, 404);
}

TEST_F(control_face_test, every_known_failure_can_be_scripted_by_name) {
  auto names = get("/failures").as_array();
  EXPECT_EQ(names.size(), known_failures().size());
  for (const auto& each : known_failures()) {
    auto owner = each.name.substr(0, each.name.find('.'));
    auto endpoint = owner == "http" ? "webhook" : owner;
    EXPECT_EQ(
      post("/script", R"({"endpoint":")" + endpoint + R"(","failure":")" + each.name + "\"}"), 200)
      << each.name;
  }
}

TEST_F(control_face_test, records_a_request_whose_reply_is_scripted_to_be_lost) {
  post("/script", R"({"endpoint":"webhook","action":"reset","accept_first":true,"times":2})");
  EXPECT_EQ(desk_.receive(json_post("/webhook/a", "{}")).action, script_action::reset);
  EXPECT_EQ(get("/received").as_array().size(), 1u);
  // What would be refused anyway is refused.
  EXPECT_EQ(desk_.receive(json_post("/webhook/a", "[]")).answer.status, 400);
}

TEST_F(control_face_test, clears_switches_limits_and_sets_secrets) {
  desk_.receive(slack_post(R"({"text":"a"})"));
  post("/script", R"({"endpoint":"slack"})");
  EXPECT_EQ(post("/clear", R"({"records":false})"), 200);
  EXPECT_EQ(get("/count").at("accepted").at("total"), 1);
  EXPECT_EQ(desk_.receive(slack_post(R"({"text":"a"})")).answer.status, 200);
  EXPECT_EQ(post("/clear", ""), 200);
  EXPECT_EQ(get("/count").at("accepted").at("total"), 0);

  EXPECT_EQ(post("/limits", R"({"slack":true})"), 200);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(desk_.receive(slack_post(R"({"text":"a"})")).answer.status, 200);
  EXPECT_EQ(desk_.receive(slack_post(R"({"text":"a"})")).answer.status, 429);
  EXPECT_EQ(post("/limits", R"({"webhook":true})"), 400);

  EXPECT_EQ(post("/secrets", R"({"name":"a","secrets":["s"]})"), 200);
  EXPECT_EQ(desk_.receive(json_post("/webhook/a", "{}")).answer.status, 401);
  EXPECT_EQ(desk_.receive(json_post("/webhook/b", "{}")).answer.status, 200);
  EXPECT_EQ(post("/secrets", R"({"name":"a"})"), 400);
}

} // namespace
} // namespace tocsin::standin
