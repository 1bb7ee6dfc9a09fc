#include "tests/integration/app/service_fixture.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

namespace tocsin {

namespace {

using testing::HasSubstr;

class custom_event_type : public service_fixture {
protected:
  std::string add_type(const std::string& severity = "critical") {
    auto reply = api().post("/event-types",
                            R"({"type":"invoice.overdue","title":"Invoice overdue","severity":")"
                              + severity + "\"}");
    EXPECT_EQ(reply.status, 201) << boost::json::serialize(reply.body);
    return "/event-types/invoice.overdue";
  }

  int status_of_event() {
    return api().post("/events", R"({"event":"invoice.overdue","message":"m"})").status;
  }

  std::string message_of(const std::string& event) {
    auto ended = wait_until_ended(event);
    auto shown = api().get("/deliveries/" + ended.text("/deliveries/0/id") + "/message");
    return boost::json::serialize(shown.body);
  }
};

TEST_F(custom_event_type, is_taken_delivered_and_shown_like_any_other) {
  EXPECT_EQ(status_of_event(), 422);
  add_type();
  auto channel = add_channel(R"({"name":"slack","type":"slack","settings":{"webhook_url":)"
                             R"("https://hooks.slack.com/services/T00000001/B00000001/)"
                             R"(StandInStandInStandInXX"}})");
  auto event = send("invoice.overdue");
  EXPECT_EQ(wait_until_ended(event).text("/deliveries/0/state"), "delivered");
  EXPECT_THAT(message_of(event), HasSubstr("Invoice overdue: my-app"));
  auto matrix = api().get("/triggers").body;
  EXPECT_TRUE(matrix.at("channels").at(0).at("triggers").as_object().contains("invoice.overdue"));
  // Switched off for the channel, it reaches nobody.
  EXPECT_EQ(
    api().patch("/channels/" + channel, R"({"triggers":{"invoice.overdue":{"on":false}}})").status,
    200);
  EXPECT_EQ(wait_until_ended(send("invoice.overdue")).text("/unreached/0/reason"),
            "not_subscribed");
}

TEST_F(custom_event_type, survives_a_restart) {
  auto path = add_type();
  service->restart();
  EXPECT_EQ(api().get(path).text("/title"), "Invoice overdue");
  EXPECT_EQ(status_of_event(), 202);
}

TEST_F(custom_event_type, that_was_removed_leaves_its_events_readable) {
  add_webhook("hook");
  auto path = add_type();
  auto event = send("invoice.overdue");
  wait_until_ended(event);
  EXPECT_EQ(api().remove(path).status, 204);
  EXPECT_EQ(status_of_event(), 422);
  EXPECT_EQ(api().get("/events/" + event).text("/event"), "invoice.overdue");
  EXPECT_THAT(message_of(event), HasSubstr("invoice.overdue"));
}

TEST_F(custom_event_type, that_was_removed_is_found_by_its_name_and_discarded) {
  add_webhook("strict");
  providers.script("webhook/strict", standin::http_answer(400, "no").repeated(0));
  auto path = add_type();
  wait_until_ended(send("invoice.overdue"));
  EXPECT_EQ(api().remove(path).status, 204);
  for (auto list : {"/deliveries", "/dead-letters"}) {
    auto found = api().get(std::string{list} + "?event_type=invoice.overdue");
    ASSERT_EQ(found.status, 200) << boost::json::serialize(found.body);
    EXPECT_EQ(found.body.at("data").as_array().size(), 1u) << list;
  }
  auto done = api().post("/dead-letters/discard",
                         R"({"event_type":"invoice.overdue","reason":"the type is gone"})");
  ASSERT_EQ(done.status, 200) << boost::json::serialize(done.body);
  EXPECT_EQ(done.body.at("discarded"), 1);
}

TEST_F(custom_event_type, that_was_removed_leaves_channels_that_name_it_in_use) {
  auto path = add_type();
  auto slack = add_channel(R"({"name":"slack","type":"slack","settings":{"webhook_url":)"
                           R"("https://hooks.slack.com/services/T00000001/B00000001/)"
                           R"(StandInStandInStandInXX",)"
                           R"("templates":{"invoice.overdue":{"body":"{{service}} owes"}}},)"
                           R"("triggers":{"invoice.overdue":{"on":false}}})");
  auto hook = add_webhook("hook");
  auto set = R"({"triggers":{"invoice.overdue":{"on":false}}})";
  EXPECT_EQ(api().patch("/channels/" + hook, set).status, 200);
  EXPECT_EQ(api().remove(path).status, 204);
  service->restart();
  auto ended = wait_until_ended(send("deploy.failure"));
  EXPECT_EQ(ended.text("/deliveries/0/state"), "delivered");
  EXPECT_EQ(ended.text("/deliveries/1/state"), "delivered");
  auto at = "/channels/" + slack;
  EXPECT_EQ(api().patch(at, R"({"name":"renamed"})").status, 200);
  EXPECT_EQ(api().post(at + "/compare", R"({"enabled":false})").status, 200);
  EXPECT_EQ(api().post(at + "/preview", "{}").status, 200);
  EXPECT_EQ(api().post(at + "/test", "{}").status, 200);
  EXPECT_EQ(api().post("/channels/" + hook + "/rotate-secret", "{}").status, 200);
  EXPECT_EQ(api().patch(at, R"({"triggers":{"invoice.overdue":{"on":true}}})").status, 422);
  auto others = R"({"settings":{"templates":{"invoice.overdue":{"body":"{{service}} pays"}}}})";
  EXPECT_EQ(api().patch(at, others).text("/errors/0/pointer"),
            "/settings/templates/invoice.overdue");
  auto cleared = api().patch(at, R"({"triggers":{"invoice.overdue":null},)"
                                 R"("settings":{"templates":{"invoice.overdue":null}}})");
  EXPECT_EQ(cleared.status, 200);
  EXPECT_TRUE(cleared.body.at("triggers").as_object().empty());
}

TEST_F(custom_event_type, of_critical_severity_passes_quiet_hours) {
  add_webhook("hook");
  EXPECT_EQ(api()
              .put("/admins/admin/preferences",
                   R"({"quiet_hours":{"from":"00:00","until":"23:59","critical_bypass":true}})")
              .status,
            200);
  auto path = add_type("critical");
  auto loud = send("invoice.overdue");
  EXPECT_EQ(wait_until_ended(loud).text("/deliveries/0/state"), "delivered");
}

} // namespace

} // namespace tocsin
