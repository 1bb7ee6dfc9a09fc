#include "tests/unit/http/router_fixture.hpp"

#include <boost/json/serialize.hpp>

namespace tocsin::http {

namespace {

using texts = std::vector<std::string>;

} // namespace

class channel_routes_test : public router_fixture {
protected:
  response patch(const channel_id& id, std::string body, std::optional<std::string> tag = {}) {
    auto x = make_request(method::patch, path_of(id), std::move(body));
    x.if_match = std::move(tag);
    return send(x);
  }

  static std::string path_of(const channel_id& id) { return "/api/v1/channels/" + to_string(id); }
};

TEST_F(channel_routes_test, creates_a_channel) {
  auto reply = send(method::post, "/api/v1/channels", R"({"name":"ops","type":"slack",
    "triggers":{"deploy.success":{"on":false},"deploy.failure":{"on":true},
                "backup.failure":{"to":["a@example.com"]}},
    "filters":{"services":{"include":["my-app"]}},
    "settings":{"webhook_url":"https://hooks.slack.com/x","n":1.10}})");
  EXPECT_EQ(reply.status, 201u) << reply.body;
  EXPECT_EQ(header_of(reply, "ETag"), "\"1\"");
  auto x = json_of(reply);
  auto id = std::string{x.at("id").as_string()};
  EXPECT_EQ(header_of(reply, "Location"), "/api/v1/channels/" + id);
  EXPECT_EQ(x.at("owner").as_string(), "admin/admin");
  EXPECT_TRUE(x.at("enabled").as_bool());
  EXPECT_TRUE(x.at("disabled_reason").is_null());
  EXPECT_EQ(x.at("secrets"),
            boost::json::parse(R"({"webhook_url":{"configured":true,"hint":"a1b2"}})"));
  // What the catalogue says anyway is not kept; a trigger without 'on' follows the catalogue.
  EXPECT_EQ(x.at("triggers"), boost::json::parse(R"({"deploy.success":{"on":false},
    "backup.failure":{"on":true,"to":["a@example.com"]}})"));
  EXPECT_EQ(x.at("filters").at("services").at("include").at(0).as_string(), "my-app");
  EXPECT_EQ(world().settings_patches,
            texts{R"({"webhook_url":"https://hooks.slack.com/x","n":1.10})"});
}

TEST_F(channel_routes_test, names_every_wrong_field_of_a_new_channel) {
  auto reply = send(method::post, "/api/v1/channels", R"({"owner":"nobody","type":"pigeon",
    "enabled":"yes","triggers":{"deploy.sucess":{"on":true},"deploy.failure":true},
    "filters":{"customers":{"include":[1]},"colours":{}},"settings":[],"id":"x","extra":1})");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(
    errors_of(reply),
    (texts{"/owner invalid", "/name required", "/type invalid", "/enabled wrong_type",
           "/triggers/deploy.sucess unknown_event_type", "/triggers/deploy.failure wrong_type",
           "/filters/customers/include/0 wrong_type", "/filters/colours unknown_key",
           "/settings wrong_type", "/id read_only", "/extra unknown_key"}));
}

TEST_F(channel_routes_test, keeps_how_a_channel_tries_again) {
  auto made = send(method::post, "/api/v1/channels", R"({"name":"ops","type":"slack",
    "delivery":{"first_retry_seconds":7,"on_ambiguous":"dead_letter"},
    "settings":{"webhook_url":"https://hooks.slack.com/x"}})");
  ASSERT_EQ(made.status, 201u) << made.body;
  auto id = *channel_id::parse(std::string{json_of(made).at("id").as_string()});
  EXPECT_EQ(json_of(made).at("delivery"),
            boost::json::parse(R"({"first_retry_seconds":7,"max_retry_seconds":null,
              "give_up_seconds":null,"on_ambiguous":"dead_letter"})"));
  auto renamed = json_of(patch(id, R"({"name":"other"})"));
  EXPECT_EQ(renamed.at("delivery"), json_of(made).at("delivery"));
  auto changed
    = json_of(patch(id, R"({"delivery":{"first_retry_seconds":null,"give_up_seconds":60}})"));
  EXPECT_EQ(changed.at("delivery"),
            boost::json::parse(R"({"first_retry_seconds":null,"max_retry_seconds":null,
              "give_up_seconds":60,"on_ambiguous":"dead_letter"})"));
}

TEST_F(channel_routes_test, refuses_a_delivery_policy_out_of_its_bounds) {
  auto reply = send(method::post, "/api/v1/channels", R"({"name":"ops","type":"slack",
    "delivery":{"first_retry_seconds":0,"max_retry_seconds":604801,"give_up_seconds":"1d",
                "on_ambiguous":"maybe","colour":1},"settings":{}})");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(
    errors_of(reply),
    (texts{"/delivery/first_retry_seconds out_of_range", "/delivery/max_retry_seconds out_of_range",
           "/delivery/give_up_seconds wrong_type", "/delivery/on_ambiguous invalid",
           "/delivery/colour unknown_key"}));
}

TEST_F(channel_routes_test, masks_a_providers_words_about_a_dead_endpoint) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  world().channels[id].disabled_reason = "410: gone: token-7";
  auto reason_for = [&](const char* token) {
    auto one = json_of(send(method::get, path_of(id), {}, token));
    auto list = json_of(send(method::get, "/api/v1/channels", {}, token));
    EXPECT_EQ(list.at("data").at(0).at("disabled_reason"), one.at("disabled_reason"));
    return std::string{one.at("disabled_reason").as_string()};
  };
  EXPECT_EQ(reason_for("seer"), "410: gone: token-7");
  EXPECT_EQ(reason_for("reader"), "410: [masked]");
  // What was read may be sent back, masked or not.
  for (auto seen : {"410: gone: token-7", "410: [masked]"}) {
    auto body
      = boost::json::serialize(boost::json::object{{"enabled", false}, {"disabled_reason", seen}});
    auto reply = send(method::patch, path_of(id), body, "writer");
    ASSERT_EQ(reply.status, 200u) << reply.body;
    world().channels[id].disabled_reason = "410: gone: token-7";
  }
  auto other = send(method::patch, path_of(id), R"({"disabled_reason":"410: well"})");
  EXPECT_EQ(errors_of(other), texts{"/disabled_reason read_only"});
}

TEST_F(channel_routes_test, tells_that_a_name_is_taken) {
  add_channel(world(), "ops", channel_type::slack);
  auto reply = send(method::post, "/api/v1/channels", R"({"name":"ops","type":"slack"})");
  EXPECT_EQ(reply.status, 409u);
  EXPECT_EQ(json_of(reply).at("code").as_string(), "already_exists");
}

TEST_F(channel_routes_test, lists_channels_in_pages) {
  for (auto name : {"a", "b", "c"})
    add_channel(world(), name, channel_type::webhook);
  auto first = get("/api/v1/channels?limit=2");
  EXPECT_EQ(first.at("data").as_array().size(), 2u);
  EXPECT_TRUE(first.at("has_more").as_bool());
  auto second
    = get("/api/v1/channels?limit=2&cursor=" + std::string{first.at("next_cursor").as_string()});
  EXPECT_EQ(second.at("data").at(0).at("name").as_string(), "c");
  EXPECT_TRUE(second.at("next_cursor").is_null());
  EXPECT_FALSE(second.at("has_more").as_bool());
  EXPECT_TRUE(get("/api/v1/channels?owner=customer/acme").at("data").as_array().empty());
  EXPECT_EQ(send(method::get, "/api/v1/channels?owner=acme").status, 422u);
}

TEST_F(channel_routes_test, shows_settings_digit_by_digit) {
  auto id = add_channel(world(), "ops", channel_type::telegram, R"({"chat_id":1.10})");
  auto reply = send(method::get, path_of(id));
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(header_of(reply, "ETag"), "\"1\"");
  EXPECT_NE(reply.body.find(R"("settings":{"chat_id":1.10})"), std::string::npos);
}

TEST_F(channel_routes_test, knows_no_channel_by_a_number) {
  for (auto verb : {method::get, method::patch, method::remove}) {
    auto reply = send(verb, "/api/v1/channels/17", verb == method::patch ? "{}" : "");
    EXPECT_EQ(reply.status, 404u);
    EXPECT_EQ(json_of(reply).at("code").as_string(), "not_found");
  }
  EXPECT_EQ(send(method::get, "/api/v1/channels/01ARZ3NDEKTSV4RRFFQ69G5FAV").status, 404u);
}

TEST_F(channel_routes_test, patches_what_the_patch_names_and_nothing_else) {
  auto id = add_channel(world(), "ops", channel_type::email);
  patch(id, R"({"triggers":{"deploy.success":{"on":false},"backup.success":{"on":true}}})");
  auto reply = patch(id, R"({"enabled":false,"triggers":{"backup.success":null},
                             "settings":{"port":25.0,"password":null}})");
  EXPECT_EQ(reply.status, 200u) << reply.body;
  EXPECT_EQ(header_of(reply, "ETag"), "\"3\"");
  auto& stored = world().channels[id];
  EXPECT_EQ(stored.name, "ops");
  EXPECT_EQ(stored.type, channel_type::email);
  EXPECT_FALSE(stored.enabled);
  ASSERT_EQ(stored.triggers.size(), 1u);
  EXPECT_FALSE(stored.triggers.at("deploy.success").on);
  EXPECT_EQ(world().settings_patches, (texts{"{}", R"({"port":25.0,"password":null})"}));
}

TEST_F(channel_routes_test, takes_a_shown_channel_back_as_a_patch) {
  auto id = add_channel(world(), "ops", channel_type::slack, R"({"channel":"#ops"})");
  auto shown = send(method::get, path_of(id)).body;
  auto reply = patch(id, shown);
  EXPECT_EQ(reply.status, 200u) << reply.body;
  EXPECT_EQ(world().settings_patches, texts{R"({"channel":"#ops"})"});
}

TEST_F(channel_routes_test, refuses_a_patch_with_every_wrong_field_named) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  auto reply = patch(id, R"({"id":"x","created_at":null,"name":7,"extra":1})");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(errors_of(reply), (texts{"/id read_only", "/created_at read_only", "/name wrong_type",
                                     "/extra unknown_key"}));
  EXPECT_EQ(errors_of(patch(id, R"({"settings":null})")), texts{"/settings wrong_type"});
  EXPECT_EQ(errors_of(patch(id, R"({"name":null})")), texts{"/name required"});
  EXPECT_EQ(patch(id, "[]").status, 422u);
  EXPECT_EQ(patch(id, "{").status, 400u);
  EXPECT_EQ(world().channels[id].revision, 1u);
}

TEST_F(channel_routes_test, refuses_to_remove_what_nobody_knows) {
  auto id = add_channel(world(), "ops", channel_type::webhook);
  auto reply = send(method::patch, path_of(id),
                    R"({"enabeld":null,"filters":{"service":null},"triggers":{"deploy":null}})");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(errors_of(reply), (texts{"/triggers/deploy unknown_event_type",
                                     "/filters/service unknown_key", "/enabeld unknown_key"}));
  EXPECT_EQ(send(method::patch, path_of(id), R"({"filters":{"services":null}})").status, 200u);
}

TEST_F(channel_routes_test, leaves_the_trigger_of_a_removed_type_alone) {
  auto id = add_channel(world(), "ops", channel_type::email);
  auto before = trigger{false, {"a@example.com"}};
  world().channels[id].triggers["invoice.overdue"] = before;
  EXPECT_EQ(patch(id, R"({"enabled":false})").status, 200u);
  auto same = R"({"triggers":{"invoice.overdue":{"on":false,"to":["a@example.com"]}}})";
  EXPECT_EQ(patch(id, same).status, 200u);
  EXPECT_EQ(world().channels[id].triggers.at("invoice.overdue"), before);
  EXPECT_EQ(errors_of(patch(id, R"({"triggers":{"invoice.overdue":{"on":true}}})")),
            texts{"/triggers/invoice.overdue unknown_event_type"});
  EXPECT_EQ(patch(id, R"({"triggers":{"invoice.overdue":null}})").status, 200u);
  EXPECT_TRUE(world().channels[id].triggers.empty());
  EXPECT_EQ(patch(id, same).status, 422u);
}

TEST_F(channel_routes_test, refuses_a_lost_update) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  EXPECT_EQ(patch(id, R"({"name":"b"})", "\"1\"").status, 200u);
  auto stale = patch(id, R"({"name":"c"})", "\"1\"");
  EXPECT_EQ(stale.status, 412u);
  EXPECT_EQ(json_of(stale).at("code").as_string(), "revision_mismatch");
  EXPECT_EQ(patch(id, R"({"name":"c","revision":1})").status, 412u);
  EXPECT_EQ(patch(id, R"({"name":"c","revision":2})").status, 200u);
  EXPECT_EQ(patch(id, R"({"name":"d","revision":3})", "\"2\"").status, 412u);
  EXPECT_EQ(patch(id, R"({"name":"d"})", "\"xyz\"").status, 412u);
  EXPECT_EQ(patch(id, R"({"name":"d"})", "*").status, 200u);
}

TEST_F(channel_routes_test, patches_on_top_of_a_change_in_between) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  int changes = 1;
  world().before_replace = [&](fake_world& x) {
    if (changes-- > 0) {
      x.channels[id].enabled = false;
      ++x.channels[id].revision;
    }
  };
  EXPECT_EQ(patch(id, R"({"name":"b"})").status, 200u);
  EXPECT_EQ(world().channels[id].name, "b");
  EXPECT_FALSE(world().channels[id].enabled);
  changes = 20;
  EXPECT_EQ(patch(id, R"({"name":"c"})").status, 200u);
  changes = 1000;
  EXPECT_EQ(patch(id, R"({"name":"d"})").status, 412u);
  changes = 1;
  EXPECT_EQ(
    patch(id, R"({"name":"c"})", "\"" + std::to_string(world().channels[id].revision) + "\"")
      .status,
    412u);
}

TEST_F(channel_routes_test, deletes_a_channel) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  auto x = make_request(method::remove, path_of(id));
  x.if_match = "\"2\"";
  EXPECT_EQ(send(x).status, 412u);
  x.if_match = "\"1\"";
  auto reply = send(x);
  EXPECT_EQ(reply.status, 204u);
  EXPECT_TRUE(reply.body.empty());
  EXPECT_EQ(send(x).status, 404u);
}

TEST_F(channel_routes_test, tests_a_stored_channel) {
  auto id = add_channel(world(), "ops", channel_type::slack);
  auto reply = send(method::post, path_of(id) + "/test");
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(reply.body, R"({"delivered":false,"outcome":"dead_endpoint","stage":"accepted",)"
                        R"("code":"404 no_service","text":"gone","duration_ms":81,)"
                        R"("hint":"Make a new webhook.","request":{"method":"POST",)"
                        R"("url":"https://x/[redacted]","headers":{"A":"b"},"body":"{}"}})");
  send(method::post, path_of(id) + "/test", R"({"event_type":"deploy.failure"})");
  EXPECT_EQ(world().tested_types, (texts{"test", "deploy.failure"}));
  auto wrong = send(method::post, path_of(id) + "/test", R"({"event_type":"x","y":1})");
  EXPECT_EQ(errors_of(wrong), (texts{"/event_type unknown_event_type", "/y unknown_key"}));
}

TEST_F(channel_routes_test, tests_a_channel_that_is_not_stored) {
  auto reply = send(method::post, "/api/v1/channels/test",
                    R"({"name":"x","type":"slack","event_type":"backup.failure","settings":{}})");
  EXPECT_EQ(reply.status, 200u) << reply.body;
  EXPECT_EQ(send(method::post, "/api/v1/channels/test", R"({"name":"x","type":"slack"})").status,
            200u);
  EXPECT_EQ(world().tested_types, (texts{"backup.failure", "test"}));
  EXPECT_TRUE(world().channels.empty());
}

TEST_F(channel_routes_test, previews_stored_channels_and_drafts) {
  auto id = add_channel(world(), "ops", channel_type::email);
  auto reply = send(method::post, path_of(id) + "/preview", R"({"event_type":"backup.failure"})");
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(reply.body,
            R"({"event_type":"backup.failure","request":{"method":"MAIL","url":"smtp://mx:587",)"
            R"("encryption":"starttls","headers":{"Subject":"S"},"body":"text",)"
            R"("html":"<p>text</p>"}})");
  EXPECT_EQ(send(method::post, path_of(channel_id{}) + "/preview").status, 404u);
  auto draft = send(method::post, "/api/v1/channels/preview", R"({"name":"x","type":"email"})");
  EXPECT_EQ(draft.status, 200u) << draft.body;
  EXPECT_EQ(json_of(draft).at("event_type").as_string(), "test");
}

TEST_F(channel_routes_test, previews_a_stored_channel_with_settings_that_are_not_stored) {
  auto id = add_channel(world(), "ops", channel_type::email);
  auto path = path_of(id) + "/preview";
  EXPECT_EQ(send(method::post, path, R"({"settings":{"port":2.50,"to":null}})").status, 200u);
  EXPECT_EQ(send(method::post, path).status, 200u);
  EXPECT_EQ(send(method::post, path, R"({"settings":null})").status, 200u);
  EXPECT_EQ(world().settings_patches, (texts{R"({"port":2.50,"to":null})", "{}", "{}"}));
  auto wrong = send(method::post, path, R"({"settings":7,"event_type":1,"enabled":false})");
  EXPECT_EQ(errors_of(wrong),
            (texts{"/event_type wrong_type", "/settings wrong_type", "/enabled unknown_key"}));
  EXPECT_EQ(world().settings_patches.size(), 3u);
}

TEST_F(channel_routes_test, rotates_a_secret) {
  auto id = add_channel(world(), "ops", channel_type::webhook);
  auto reply = send(method::post, path_of(id) + "/rotate-secret");
  EXPECT_EQ(reply.status, 200u);
  EXPECT_EQ(reply.body, R"({"secret":"whsec_x",)"
                        R"("previous_secret_expires_at":"2026-03-29T14:30:00Z","revision":5})");
  EXPECT_EQ(header_of(reply, "ETag"), "\"5\"");
  auto x = make_request(method::post, path_of(id) + "/rotate-secret",
                        R"({"grace_seconds":0,"secret":"mine"})");
  x.if_match = "\"4\"";
  EXPECT_TRUE(json_of(send(x)).at("previous_secret_expires_at").is_null());
  ASSERT_EQ(world().rotations.size(), 2u);
  EXPECT_EQ(world().rotations[0].grace, std::chrono::hours{24});
  EXPECT_EQ(world().rotations[0].secret, "");
  EXPECT_FALSE(world().rotations[0].expected_revision);
  EXPECT_EQ(world().rotations[1].grace, std::chrono::seconds{0});
  EXPECT_EQ(world().rotations[1].secret, "mine");
  EXPECT_EQ(world().rotations[1].expected_revision, 4u);
  auto wrong = send(method::post, path_of(id) + "/rotate-secret",
                    R"({"grace_seconds":2592001,"secret":7,"x":1})");
  EXPECT_EQ(errors_of(wrong),
            (texts{"/grace_seconds out_of_range", "/secret wrong_type", "/x unknown_key"}));
}

} // namespace tocsin::http
