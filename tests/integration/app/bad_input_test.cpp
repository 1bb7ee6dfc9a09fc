#include "tests/integration/app/service_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin {

namespace {

class bad_input : public service_fixture {
protected:
  void expect_nothing_stored() {
    EXPECT_TRUE(api().get("/events").body.at("data").as_array().empty());
    EXPECT_TRUE(api().get("/channels").body.at("data").as_array().empty());
  }

  void expect_refused(api_reply reply, int status, const std::string& code) {
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.text("/code"), code);
    EXPECT_FALSE(reply.text("/detail").empty());
  }
};

TEST_F(bad_input, malformed_json_is_named_with_its_place) {
  auto reply = api().post("/events", R"({"event":"deploy.failure",)");
  expect_refused(reply, 400, "malformed_json");
  EXPECT_THAT(reply.text("/detail"), testing::HasSubstr("byte"));
  expect_nothing_stored();
}

TEST_F(bad_input, an_unknown_event_type_is_named) {
  auto reply = api().post("/events", R"({"event":"deploy.maybe","message":"m"})");
  expect_refused(reply, 422, "unknown_event_type");
  EXPECT_EQ(reply.text("/errors/0/pointer"), "/event");
  expect_nothing_stored();
}

TEST_F(bad_input, wrong_types_are_all_named) {
  auto reply = api().post("/events", R"({"event":1,"message":[],"details":"x"})");
  expect_refused(reply, 422, "invalid_argument");
  EXPECT_EQ(reply.body.at("errors").as_array().size(), 3u);
  expect_nothing_stored();
}

TEST_F(bad_input, a_body_of_two_mebibytes_is_refused) {
  auto body = R"({"event":"deploy.failure","message":")" + std::string(2 << 20, 'a') + R"("})";
  expect_refused(api().post("/events", body), 413, "body_too_large");
  expect_nothing_stored();
}

TEST_F(bad_input, calls_without_a_good_token_are_refused) {
  for (auto token : {"", "tocsin_wrong"}) {
    api_client stranger{service->url(), token};
    expect_refused(stranger.post("/events", R"({"event":"deploy.failure","message":"m"})"), 401,
                   "unauthorized");
    expect_refused(stranger.get("/channels"), 401, "unauthorized");
  }
  expect_nothing_stored();
}

TEST_F(bad_input, unknown_ids_are_not_found) {
  auto unknown = "/channels/01ARYZ6S41TSV4RRFFQ69G5FAV";
  expect_refused(api().get(unknown), 404, "not_found");
  expect_refused(api().patch(unknown, "{}"), 404, "not_found");
  expect_refused(api().remove(unknown), 404, "not_found");
  expect_refused(api().post(std::string{unknown} + "/test", "{}"), 404, "not_found");
  expect_refused(api().get("/channels/17"), 404, "not_found");
  expect_refused(api().get("/deliveries/01ARYZ6S41TSV4RRFFQ69G5FAV"), 404, "not_found");
  expect_refused(api().get("/events/nobody-knows"), 404, "not_found");
  expect_refused(api().get("/customers/nobody"), 404, "not_found");
}

TEST_F(bad_input, a_channel_with_wrong_settings_is_refused_with_every_fault) {
  auto reply = api().post("/channels", R"({"name":"","type":"email","settings":{"host":7}})");
  expect_refused(reply, 422, "invalid_argument");
  EXPECT_GE(reply.body.at("errors").as_array().size(), 3u);
  auto triggers = R"({"name":"x","type":"webhook","triggers":{"deploy.maybe":{"on":true}},)"
                  R"("settings":{"url":"https://example.com/"}})";
  reply = api().post("/channels", triggers);
  expect_refused(reply, 422, "unknown_event_type");
  EXPECT_EQ(reply.text("/errors/0/pointer"), "/triggers/deploy.maybe");
  expect_nothing_stored();
}

TEST_F(bad_input, an_empty_channel_type_is_not_taken_for_the_default) {
  auto reply = api().post("/channels", R"({"name":"x","type":"","settings":{}})");
  expect_refused(reply, 422, "invalid_argument");
  expect_nothing_stored();
}

TEST_F(bad_input, what_is_not_utf_8_comes_back_repaired) {
  auto reply = api().get("/events/%ff%fe");
  expect_refused(reply, 404, "not_found");
  EXPECT_THAT(reply.text("/detail"), testing::HasSubstr("\xEF\xBF\xBD"));
}

TEST_F(bad_input, a_channel_for_nobody_is_refused) {
  auto reply = api().post("/channels", R"({"name":"x","type":"webhook","owner":"admin/nobody",)"
                                       R"("settings":{"url":"https://example.com/"}})");
  expect_refused(reply, 422, "invalid_argument");
  EXPECT_EQ(reply.text("/errors/0/pointer"), "/owner");
  expect_nothing_stored();
}

} // namespace

} // namespace tocsin
