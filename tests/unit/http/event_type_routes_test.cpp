#include "messages/custom_event_type.hpp"
#include "tests/unit/http/router_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin::http {

namespace {

using strings = std::vector<std::string>;

const std::string all_types = "/api/v1/event-types";
const std::string overdue_type = "/api/v1/event-types/invoice.overdue";

class event_type_routes_test : public router_fixture {
protected:
  ~event_type_routes_test() override { publish_custom_event_types({}); }

  response add(const std::string& more = "") {
    return send(method::post, all_types,
                R"({"type":"invoice.overdue","title":"Invoice overdue")" + more + "}");
  }
};

TEST_F(event_type_routes_test, add_a_type) {
  auto reply = add(R"(,"default":false,"severity":"warning")");
  ASSERT_EQ(reply.status, 201u) << reply.body;
  EXPECT_EQ(header_of(reply, "Location"), overdue_type);
  EXPECT_EQ(header_of(reply, "ETag"), "\"1\"");
  EXPECT_EQ(reply.body, R"({"type":"invoice.overdue","title":"Invoice overdue","default":false,)"
                        R"("severity":"warning","custom":true,"managed_by":null,"revision":1})");
  EXPECT_EQ(world().authors.back().name, "a token");
  EXPECT_EQ(add().status, 409u);
}

TEST_F(event_type_routes_test, fill_in_what_is_left_out) {
  auto body = json_of(add());
  EXPECT_TRUE(body.at("default").as_bool());
  EXPECT_EQ(body.at("severity").as_string(), "info");
}

TEST_F(event_type_routes_test, name_everything_that_is_wrong) {
  auto reply = send(method::post, all_types,
                    R"({"title":"","default":1,"severity":"loud","custom":true,"more":2})");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(errors_of(reply),
            (strings{"/type required", "/title too_short", "/default wrong_type",
                     "/severity invalid", "/custom read_only", "/more unknown_key"}));
}

TEST_F(event_type_routes_test, change_what_a_patch_names_alone) {
  add(R"(,"default":false,"severity":"error")");
  auto reply = send(method::patch, overdue_type, R"({"title":"Unpaid","severity":null})");
  ASSERT_EQ(reply.status, 200u) << reply.body;
  EXPECT_EQ(reply.body, R"({"type":"invoice.overdue","title":"Unpaid","default":false,)"
                        R"("severity":"info","custom":true,"managed_by":null,"revision":2})");
  EXPECT_EQ(header_of(reply, "ETag"), "\"2\"");
  // What was shown can be sent back.
  EXPECT_EQ(send(method::patch, overdue_type, reply.body).status, 200u);
}

TEST_F(event_type_routes_test, refuse_a_lost_update_and_another_name) {
  add();
  EXPECT_EQ(send(method::patch, overdue_type, R"({"title":"x","revision":7})").status, 412u);
  auto renamed = send(method::patch, overdue_type, R"({"type":"other","custom":false})");
  EXPECT_EQ(renamed.status, 422u);
  EXPECT_EQ(errors_of(renamed), (strings{"/type read_only", "/custom read_only"}));
  EXPECT_EQ(send(method::patch, overdue_type, R"({"title":null})").status, 422u);
}

TEST_F(event_type_routes_test, remove_a_type) {
  add();
  auto wrong = make_request(method::remove, overdue_type, "");
  wrong.if_match = "\"9\"";
  EXPECT_EQ(send(wrong).status, 412u);
  EXPECT_EQ(send(method::remove, overdue_type).status, 204u);
  EXPECT_EQ(send(method::remove, overdue_type).status, 404u);
}

TEST_F(event_type_routes_test, show_the_catalogue_with_what_was_added) {
  publish_custom_event_types(
    {{"invoice.overdue", false, event_severity::error, "Unpaid", {}, {}, 3}});
  auto list = get(all_types).at("data").as_array();
  ASSERT_EQ(list.size(), 14u);
  EXPECT_EQ(list[0].at("type").as_string(), "deploy.success");
  EXPECT_FALSE(list[0].at("custom").as_bool());
  EXPECT_TRUE(list[0].at("revision").is_null());
  EXPECT_EQ(list[13].at("type").as_string(), "invoice.overdue");
  auto one = send(method::get, overdue_type);
  EXPECT_EQ(header_of(one, "ETag"), "\"3\"");
  EXPECT_EQ(json_of(one), list[13]);
  EXPECT_EQ(send(method::get, all_types + "/deploy.success").status, 200u);
  EXPECT_EQ(send(method::get, all_types + "/test").status, 404u);
  EXPECT_EQ(send(method::get, all_types + "/nothing").status, 404u);
}

} // namespace

} // namespace tocsin::http
