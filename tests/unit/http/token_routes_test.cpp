#include "tests/unit/http/router_fixture.hpp"

namespace tocsin::http {

using namespace std::chrono_literals;

namespace {

const std::string one_token = "/api/v1/tokens/" + std::string{known_token};

using token_routes_test = router_fixture;

TEST_F(token_routes_test, makes_a_token_and_shows_its_text_once) {
  auto reply = send(method::post, "/api/v1/tokens",
                    R"({"name":"ci","scopes":["events:write","read:sensitive"],)"
                    R"("expires_at":"2099-01-01T00:00:00Z"})");
  ASSERT_EQ(reply.status, 201u) << reply.body;
  EXPECT_EQ(header_of(reply, "Location"), one_token);
  auto body = json_of(reply);
  EXPECT_EQ(body.at("token").as_string(), "tocsin_new");
  EXPECT_EQ(body.at("name").as_string(), "ci");
  EXPECT_EQ(body.at("scopes").as_array().size(), 2u);
  EXPECT_EQ(body.at("expires_at").as_string(), "2099-01-01T00:00:00Z");
  EXPECT_TRUE(body.at("last_used_at").is_null());
  EXPECT_EQ(world().wanted_tokens.back().scopes, 1 | 16);
  EXPECT_EQ(world().authors.back().kind, author_kind::token);
  EXPECT_EQ(world().authors.back().name, "a token");
}

TEST_F(token_routes_test, names_everything_that_is_wrong_with_a_token) {
  auto reply = send(method::post, "/api/v1/tokens",
                    R"({"scopes":["read","events_write"],"expires_at":"soon","more":1})");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(errors_of(reply),
            (std::vector<std::string>{"/name required", "/scopes/1 invalid",
                                      "/expires_at wrong_format", "/more unknown_key"}));
  EXPECT_EQ(send(method::post, "/api/v1/tokens", R"({"name":"x"})").status, 422u);
}

TEST_F(token_routes_test, passes_on_only_what_the_maker_has) {
  auto wanted = R"({"name":"x","scopes":["read"]})";
  EXPECT_EQ(send(method::post, "/api/v1/tokens", wanted, "writer").status, 403u);
  EXPECT_TRUE(world().wanted_tokens.empty());
  EXPECT_EQ(
    send(method::post, "/api/v1/tokens", R"({"name":"x","scopes":["write"]})", "writer").status,
    201u);
}

TEST_F(token_routes_test, shows_tokens_without_their_texts) {
  auto one = get(one_token);
  EXPECT_EQ(one.at("name").as_string(), "ci");
  EXPECT_EQ(one.at("last_used_at").as_string(), "1970-01-01T00:00:01Z");
  EXPECT_EQ(one.as_object().if_contains("token"), nullptr);
  auto list = get("/api/v1/tokens?limit=5");
  EXPECT_EQ(list.at("data").as_array().size(), 1u);
  EXPECT_EQ(send(method::get, "/api/v1/tokens/nonsense").status, 404u);
}

TEST_F(token_routes_test, revokes_a_token) {
  EXPECT_EQ(send(method::remove, one_token).status, 204u);
  EXPECT_EQ(send(method::remove, "/api/v1/tokens/01ARZ3NDEKTSV4RRFFQ69G5FAA").status, 404u);
}

TEST_F(token_routes_test, forgets_a_token_at_once_when_access_is_taken_away) {
  ASSERT_EQ(send(method::get, "/api/v1/events", {}, "reader").status, 200u);
  world().tokens.erase("reader");
  ASSERT_EQ(send(method::get, "/api/v1/events", {}, "reader").status, 200u) << "was remembered";
  ++*fakes_->actors.epoch;
  EXPECT_EQ(send(method::get, "/api/v1/events", {}, "reader").status, 401u);
}

TEST_F(token_routes_test, does_not_remember_a_token_beyond_its_end) {
  world().expiries["reader"] = system_wall_clock()() - 1ms;
  auto lookups = world().token_lookups;
  send(method::get, "/api/v1/events", {}, "reader");
  send(method::get, "/api/v1/events", {}, "reader");
  EXPECT_EQ(world().token_lookups, lookups + 2);
}

TEST_F(token_routes_test, lists_the_audit_log_by_its_filters) {
  auto body = get("/api/v1/audit?author=token/01A&object=customer/acme&since=2026-01-01T00:00:00Z");
  auto& entry = body.at("data").as_array().at(0);
  EXPECT_EQ(entry.at("action").as_string(), "customer.create");
  EXPECT_EQ(entry.at("author").at("kind").as_string(), "token");
  EXPECT_EQ(entry.at("author").at("name").as_string(), "panel");
  EXPECT_EQ(entry.at("request_id").as_string(), "req-1");
  EXPECT_TRUE(entry.at("before").is_null());
  EXPECT_EQ(entry.at("after").at("display_name").as_string(), "Acme");
  auto& asked = world().audit_lists.back();
  EXPECT_EQ(asked.kind, author_kind::token);
  EXPECT_EQ(asked.author, "01A");
  EXPECT_EQ(asked.object, "customer/acme");
  EXPECT_EQ(asked.since, parse_rfc3339("2026-01-01T00:00:00Z"));
  get("/api/v1/audit?author=service");
  EXPECT_EQ(world().audit_lists.back().kind, author_kind::service);
  EXPECT_EQ(send(method::get, "/api/v1/audit?author=nobody").status, 422u);
  EXPECT_EQ(send(method::get, "/api/v1/audit?since=yesterday").status, 422u);
}

TEST_F(token_routes_test, masks_what_only_read_sensitive_shows) {
  auto path = "/api/v1/deliveries/" + std::string{known_delivery};
  auto shown = json_of(send(method::get, path, {}, "seer"));
  EXPECT_EQ(shown.at("message").as_string(), "no");
  EXPECT_EQ(shown.at("attempt_log").at(0).at("text").as_string(), "refused");
  auto masked = json_of(send(method::get, path, {}, "reader"));
  EXPECT_EQ(masked.at("message").as_string(), "[masked]");
  EXPECT_EQ(masked.at("attempt_log").at(0).at("text").as_string(), "[masked]");
  for (auto list : {"/api/v1/deliveries", "/api/v1/events"}) {
    auto body = json_of(send(method::get, list, {}, "reader"));
    EXPECT_EQ(body.at("data").at(0).at("message").as_string(), "[masked]") << list;
    body = json_of(send(method::get, list, {}, "seer"));
    EXPECT_EQ(body.at("data").at(0).at("message").as_string(), "no") << list;
  }
  auto disabled_for = [this](const char* token) {
    auto body = json_of(send(method::get, "/api/v1/audit", {}, token));
    return std::string{body.at("data").at(1).at("after").at("disabled_reason").as_string()};
  };
  EXPECT_EQ(disabled_for("seer"), "410: gone");
  EXPECT_EQ(disabled_for("reader"), "410: [masked]");
  auto event = "/api/v1/events/01ARZ3NDEKTSV4RRFFQ69G5FA0";
  EXPECT_EQ(json_of(send(method::get, event, {}, "reader")).at("details").as_object().size(), 0u);
  auto asked_to_mask = make_request(method::get, event, {}, "seer");
  asked_to_mask.mask_sensitive = "true";
  EXPECT_EQ(json_of(send(asked_to_mask)).at("message").as_string(), "[masked]");
}

} // namespace

} // namespace tocsin::http
