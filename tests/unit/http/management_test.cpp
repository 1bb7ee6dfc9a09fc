#include "http/management.hpp"
#include "messages/author.hpp"
#include "tests/unit/http/router_fixture.hpp"

namespace tocsin::http {

namespace {

request with_manager(std::string text) {
  request result;
  result.managed_by = std::move(text);
  return result;
}

} // namespace

TEST(management, is_a_name_with_or_without_a_release) {
  EXPECT_EQ(read_management(request{})->manager, "");
  EXPECT_EQ(read_management(with_manager("panel.yaml"))->manager, "panel.yaml");
  EXPECT_FALSE(read_management(with_manager("panel"))->releases);
  auto released = read_management(with_manager("panel; release"));
  EXPECT_EQ(released->manager, "panel");
  EXPECT_TRUE(released->releases);
}

TEST(management, refuses_all_else) {
  for (auto text : {"", "Panel", "a b", ".a", "; release", "panel;release", "panel; keep", "a/b"})
    EXPECT_FALSE(read_management(with_manager(text))) << text;
  EXPECT_TRUE(read_management(with_manager(std::string(64, 'x'))));
  EXPECT_FALSE(read_management(with_manager(std::string(65, 'x'))));
}

TEST(management, passes_from_hand_to_hand_with_a_change) {
  author by;
  EXPECT_EQ(manager_after("panel", by), "panel");
  EXPECT_EQ(manager_after("", by), "");
  by.manager = "other";
  EXPECT_EQ(manager_after("", by), "other");
  by.releases = true;
  EXPECT_EQ(manager_after("other", by), "");
}

class management_routes_test : public router_fixture {
protected:
  response change(method verb, std::string path, std::string body, std::string manager) {
    auto x = make_request(verb, std::move(path), std::move(body));
    x.managed_by = std::move(manager);
    return send(x);
  }
};

TEST_F(management_routes_test, says_to_the_actors_for_which_file_a_request_speaks) {
  EXPECT_EQ(change(method::post, "/api/v1/customers", R"({"name":"acme"})", "panel").status, 201u);
  EXPECT_EQ(world().authors.back().manager, "panel");
  EXPECT_FALSE(world().authors.back().releases);
  auto path = "/api/v1/customers/acme/preferences";
  EXPECT_EQ(change(method::put, path, "{}", "panel; release").status, 200u);
  EXPECT_TRUE(world().authors.back().releases);
  EXPECT_EQ(change(method::remove, "/api/v1/customers/acme", "", "panel").status, 204u);
  EXPECT_EQ(world().authors.back().manager, "panel");
  EXPECT_EQ(change(method::post, "/api/v1/admins", R"({"name":"b"})", "No Name").status, 422u);
}

TEST_F(management_routes_test, shows_who_manages_an_object_and_lets_nobody_write_it_there) {
  auto id = add_channel(world(), "ops", channel_type::webhook);
  world().channels[id].managed_by = "panel";
  auto path = "/api/v1/channels/" + to_string(id);
  EXPECT_EQ(get(path).at("managed_by").as_string(), "panel");
  EXPECT_EQ(send(method::patch, path, R"({"managed_by":"panel","enabled":false})").status, 200u);
  auto reply = send(method::patch, path, R"({"managed_by":null})");
  EXPECT_EQ(errors_of(reply), (std::vector<std::string>{"/managed_by read_only"}));
  reply = send(method::post, "/api/v1/admins", R"({"name":"b","managed_by":"panel"})");
  EXPECT_EQ(errors_of(reply), (std::vector<std::string>{"/managed_by read_only"}));
  auto preferences = "/api/v1/admins/admin/preferences";
  EXPECT_TRUE(get(preferences).at("managed_by").is_null());
  EXPECT_EQ(send(method::put, preferences, R"({"managed_by":null})").status, 200u);
  reply = send(method::put, preferences, R"({"managed_by":"panel"})");
  EXPECT_EQ(errors_of(reply), (std::vector<std::string>{"/managed_by read_only"}));
}

TEST_F(management_routes_test, tells_what_a_patch_of_a_channel_would_change) {
  auto id = add_channel(world(), "ops", channel_type::webhook);
  auto path = "/api/v1/channels/" + to_string(id) + "/compare";
  auto reply = send(method::post, path, R"({"enabled":false,"settings":{"url":"x"}})");
  EXPECT_EQ(reply.status, 200u) << reply.body;
  EXPECT_EQ(reply.body, R"({"changed":["/enabled"]})");
  EXPECT_EQ(world().settings_patches.back(), R"({"url":"x"})");
  EXPECT_EQ(world().channels[id].revision, 1u);
  EXPECT_EQ(send(method::post, path, R"({"colour":1})").status, 422u);
  EXPECT_EQ(send(method::post, "/api/v1/channels/01JQGX3Z5E8V3T0Q4F6R8M2N7K/compare", "{}").status,
            404u);
}

} // namespace tocsin::http
