#include "tests/unit/http/router_fixture.hpp"

#include <fmt/format.h>

namespace tocsin::http {

namespace {

using texts = std::vector<std::string>;

} // namespace

class trigger_routes_test : public router_fixture {
protected:
  response put(std::string body) { return send(method::put, "/api/v1/triggers", std::move(body)); }
};

TEST_F(trigger_routes_test, shows_every_type_of_every_channel) {
  auto id = add_channel(world(), "ops", channel_type::email);
  world().channels[id].triggers["service.stopped"] = {true, {"a@example.com"}};
  auto x = get("/api/v1/triggers");
  EXPECT_EQ(x.at("owner").as_string(), "admin/admin");
  EXPECT_EQ(x.at("event_types").as_array().size(), 13u);
  auto& row = x.at("channels").at(0);
  EXPECT_EQ(row.at("id").as_string(), to_string(id));
  EXPECT_EQ(row.at("revision").as_int64(), 1);
  auto& triggers = row.at("triggers").as_object();
  EXPECT_EQ(triggers.size(), 13u);
  EXPECT_EQ(triggers.at("service.stopped"),
            boost::json::parse(R"({"on":true,"default":false,"to":["a@example.com"]})"));
  EXPECT_EQ(triggers.at("deploy.failure"), boost::json::parse(R"({"on":true,"default":true})"));
}

TEST_F(trigger_routes_test, reads_all_channels_however_many) {
  for (int i = 0; i < 300; ++i)
    add_channel(world(), std::to_string(i), channel_type::webhook);
  EXPECT_EQ(get("/api/v1/triggers").at("channels").as_array().size(), 300u);
}

TEST_F(trigger_routes_test, gives_a_channel_exactly_the_triggers_named) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  auto other = add_channel(world(), "dev", channel_type::slack);
  world().channels[id].triggers["deploy.failure"].on = false;
  world().channels[other].triggers["deploy.failure"].on = false;
  auto reply = put(
    fmt::format(R"({{"channels":[{{"id":"{}","triggers":{{"backup.success":{{"on":true}}}}}}]}})",
                to_string(id)));
  EXPECT_EQ(reply.status, 200u) << reply.body;
  auto triggers = json_of(reply).at("channels").at(0).at("triggers");
  EXPECT_TRUE(triggers.at("deploy.failure").at("on").as_bool());
  EXPECT_TRUE(triggers.at("backup.success").at("on").as_bool());
  EXPECT_EQ(world().channels[id].triggers.size(), 1u);
  EXPECT_FALSE(world().channels[other].triggers.at("deploy.failure").on);
  EXPECT_EQ(world().channels[other].revision, 1u);
}

TEST_F(trigger_routes_test, takes_back_the_stored_trigger_of_a_removed_type) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  world().channels[id].triggers["invoice.overdue"].on = false;
  auto put_overdue = [&](std::string_view trigger) {
    return put(fmt::format(R"({{"channels":[{{"id":"{}","triggers":{{"invoice.overdue":{},
                               "backup.success":{{"on":true}}}}}}]}})",
                           to_string(id), trigger));
  };
  EXPECT_EQ(put_overdue(R"({"on":false})").status, 200u);
  EXPECT_FALSE(world().channels[id].triggers.at("invoice.overdue").on);
  EXPECT_EQ(errors_of(put_overdue(R"({"on":true})")),
            texts{"/channels/0/triggers/invoice.overdue unknown_event_type"});
  EXPECT_EQ(put_overdue("null").status, 200u);
  EXPECT_EQ(world().channels[id].triggers.size(), 1u);
}

TEST_F(trigger_routes_test, changes_nothing_if_anything_is_wrong) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  auto reply = put(fmt::format(
    R"({{"channels":[{{"id":"{0}","triggers":{{"backup.success":{{"on":true}}}}}},
        {{"id":"{0}","triggers":{{"backup.sucess":{{"on":true}}}}}},
        {{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","triggers":{{}}}},{{"id":"7"}},5,
        {{"id":"","triggers":{{}}}}]}})",
    to_string(id)));
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(errors_of(reply), (texts{"/channels/1/triggers/backup.sucess unknown_event_type",
                                     "/channels/1/id repeated", "/channels/2/id not_found",
                                     "/channels/3/id not_found", "/channels/3/triggers required",
                                     "/channels/4 wrong_type", "/channels/5/id too_short"}));
  EXPECT_EQ(world().channels[id].revision, 1u);
  EXPECT_EQ(errors_of(put("{}")), texts{"/channels required"});
}

TEST_F(trigger_routes_test, refuses_a_row_that_starts_from_another_revision) {
  auto first = add_channel(world(), "a", channel_type::slack);
  auto second = add_channel(world(), "b", channel_type::slack);
  auto reply = put(fmt::format(
    R"({{"channels":[{{"id":"{}","triggers":{{"backup.success":{{"on":true}}}}}},
        {{"id":"{}","revision":9,"triggers":{{}}}}]}})",
    to_string(first), to_string(second)));
  EXPECT_EQ(reply.status, 412u);
  EXPECT_EQ(world().channels[first].revision, 1u);
}

TEST_F(trigger_routes_test, tries_again_after_a_change_in_between) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  int changes = 1;
  world().before_replace = [&](fake_world& x) {
    if (changes-- > 0) {
      x.channels[id].name = "renamed";
      ++x.channels[id].revision;
    }
  };
  auto reply = put(
    fmt::format(R"({{"channels":[{{"id":"{}","triggers":{{"backup.success":{{"on":true}}}}}}]}})",
                to_string(id)));
  EXPECT_EQ(reply.status, 200u) << reply.body;
  EXPECT_EQ(world().channels[id].name, "renamed");
  EXPECT_TRUE(world().channels[id].triggers.at("backup.success").on);
}

TEST_F(trigger_routes_test, refuses_a_change_that_is_based_on_another_matrix) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  auto seen = header_of(send(method::get, "/api/v1/triggers"), "ETag");
  ASSERT_FALSE(seen.empty());
  auto change = make_request(
    method::put, "/api/v1/triggers",
    fmt::format(R"({{"channels":[{{"id":"{}","triggers":{{"backup.success":{{"on":true}}}}}}]}})",
                to_string(id)));
  change.if_match = "\"1\"";
  EXPECT_EQ(send(change).status, 412u);
  // Another channel more is another matrix.
  add_channel(world(), "dev", channel_type::slack);
  change.if_match = seen;
  EXPECT_EQ(send(change).status, 412u);
  EXPECT_EQ(world().channels[id].revision, 1u);
  auto now = header_of(send(method::get, "/api/v1/triggers"), "ETag");
  EXPECT_NE(now, seen);
  change.if_match = now;
  auto reply = send(change);
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(header_of(reply, "ETag"), header_of(send(method::get, "/api/v1/triggers"), "ETag"));
  EXPECT_NE(header_of(reply, "ETag"), now);
}

TEST_F(trigger_routes_test, does_not_begin_anew_where_a_version_is_demanded) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  world().before_replace = [&](fake_world& x) { ++x.channels[id].revision; };
  auto change = make_request(
    method::put, "/api/v1/triggers",
    fmt::format(R"({{"channels":[{{"id":"{}","triggers":{{"backup.success":{{"on":true}}}}}}]}})",
                to_string(id)));
  change.if_match = header_of(send(method::get, "/api/v1/triggers"), "ETag");
  EXPECT_EQ(send(change).status, 412u);
  EXPECT_TRUE(world().channels[id].triggers.empty());
}

TEST_F(trigger_routes_test, gives_up_where_others_are_always_faster) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  world().before_replace = [&](fake_world& x) { ++x.channels[id].revision; };
  auto reply = put(
    fmt::format(R"({{"channels":[{{"id":"{}","triggers":{{"backup.success":{{"on":true}}}}}}]}})",
                to_string(id)));
  EXPECT_EQ(reply.status, 412u);
}

TEST_F(trigger_routes_test, wants_an_owner_that_can_be_one) {
  EXPECT_EQ(send(method::get, "/api/v1/triggers?owner=x").status, 422u);
  EXPECT_EQ(send(method::put, "/api/v1/triggers?owner=x", "{}").status, 422u);
}

} // namespace tocsin::http
