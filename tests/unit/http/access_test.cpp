#include "http/credentials.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/http/router_fixture.hpp"

#include <fmt/format.h>

namespace tocsin::http {

namespace {

using namespace std::chrono_literals;

/// Every operation of the API, refused to everybody who may not do it. The operations come from the
/// route table, so that a new one is in here by itself.
class access_test : public router_fixture {
protected:
  access_test() {
    admins_channel_ = add_channel(world(), "admin's", channel_type::webhook);
    std::lock_guard lock{world().guard};
    world().sessions["acme"] = {recipient_kind::customer, "acme"};
    world().recipients[{recipient_kind::customer, "other"}].revision = 1;
    world().tokens["nothing"] = 0;
    for (auto scope : all_token_scopes) {
      auto bit = static_cast<uint8_t>(scope);
      world().tokens[fmt::format("all but {}", bit)] = static_cast<uint8_t>(every_scope & ~bit);
    }
  }

  /// A path of the route's pattern that names somebody else's things, all of which are there.
  std::string path_of(const route& x) const {
    std::string path{x.pattern};
    auto put = [&path](std::string_view capture, std::string_view value) {
      if (auto at = path.find(capture); at != std::string::npos)
        path.replace(at, capture.size(), value);
    };
    put("{name}", path.starts_with("/admins") ? "admin" : "other");
    put("{type}", "invoice.overdue");
    if (path.starts_with("/channels"))
      put("{id}", to_string(admins_channel_));
    if (path.starts_with("/tokens"))
      put("{id}", known_token);
    if (path.starts_with("/events"))
      put("{id}", "01ARZ3NDEKTSV4RRFFQ69G5FA0");
    put("{id}", known_delivery);
    return std::string{x.base} + path;
  }

  request request_of(const route& x) const {
    auto body = x.verb == method::get || x.verb == method::remove ? "" : "{}";
    if (x.pattern == "/events/explain")
      body = R"({"event":"deploy.failure","message":"m"})";
    return make_request(x.verb, path_of(x), body);
  }

  request by_token(const route& x, const std::string& text) const {
    auto result = request_of(x);
    result.authorization = "Bearer " + text;
    return result;
  }

  request by_customer(const route& x) const {
    auto result = request_of(x);
    result.authorization.reset();
    result.cookie = "tocsin_session=acme";
    result.csrf_token = csrf_token_of("acme");
    return result;
  }

  static std::string name_of(const route& x) {
    return fmt::format("{} {}", to_string(x.verb), x.pattern);
  }

  static std::vector<route> guarded() {
    auto result = api_routes();
    std::erase_if(result, [](auto& x) { return x.about == subject::sign_in; });
    return result;
  }

  channel_id admins_channel_;
};

TEST_F(access_test, walks_a_table_of_all_operations) {
  EXPECT_GE(guarded().size(), 35u);
}

TEST_F(access_test, without_credentials_is_401) {
  for (auto& x : guarded()) {
    auto wanted = request_of(x);
    wanted.authorization.reset();
    EXPECT_EQ(send(wanted).status, 401u) << name_of(x);
  }
}

TEST_F(access_test, with_an_unknown_token_or_session_is_401) {
  for (auto& x : guarded()) {
    EXPECT_EQ(send(by_token(x, "unknown")).status, 401u) << name_of(x);
    auto wanted = by_customer(x);
    wanted.cookie = "tocsin_session=unknown";
    wanted.csrf_token = csrf_token_of("unknown");
    EXPECT_EQ(send(wanted).status, 401u) << name_of(x);
  }
}

TEST_F(access_test, no_body_is_read_of_a_stranger) {
  for (auto& x : guarded()) {
    for (auto* token : {"", "unknown"}) {
      auto wanted = by_token(x, token);
      wanted.lacks_body = true;
      auto sink = begin(wanted);
      settle(*sink);
      EXPECT_FALSE(sink->take_body) << name_of(x);
      EXPECT_EQ(sink->value.value_or(response{}).status, 401u) << name_of(x);
    }
  }
}

TEST_F(access_test, with_a_token_that_lost_access_while_its_body_was_read_is_401) {
  for (auto& x : guarded()) {
    auto wanted = by_token(x, "all");
    wanted.lacks_body = true;
    auto sink = begin(wanted);
    settle(*sink);
    ASSERT_TRUE(sink->take_body) << name_of(x);
    auto tokens = std::exchange(world().tokens, {});
    ++*fakes_->actors.epoch;
    std::exchange(sink->take_body, nullptr)("{}");
    settle(*sink);
    EXPECT_EQ(sink->value->status, 401u) << name_of(x);
    world().tokens = tokens;
  }
}

TEST_F(access_test, with_a_token_that_lost_access_is_401) {
  for (auto& x : guarded()) {
    send(by_token(x, "all"));
    auto tokens = std::exchange(world().tokens, {});
    ++*fakes_->actors.epoch;
    EXPECT_EQ(send(by_token(x, "all")).status, 401u) << name_of(x);
    world().tokens = tokens;
  }
}

TEST_F(access_test, with_a_token_that_has_expired_is_401) {
  auto now = system_wall_clock();
  for (auto& x : guarded()) {
    auto ends_at = now() + 20ms;
    world().expiries["all"] = ends_at;
    ++*fakes_->actors.epoch;
    auto early = send(by_token(x, "all")).status;
    EXPECT_TRUE(early != 401 || now() >= ends_at) << name_of(x);
    // The clock tells milliseconds: what is left of the last one is not told from all of it.
    ASSERT_TRUE(eventually([&] { return now() > ends_at; }));
    EXPECT_EQ(send(by_token(x, "all")).status, 401u) << name_of(x);
  }
}

TEST_F(access_test, with_all_scopes_but_its_own_is_403) {
  for (auto& x : guarded()) {
    auto token = fmt::format("all but {}", static_cast<uint8_t>(x.scope));
    auto reply = send(by_token(x, token));
    EXPECT_EQ(reply.status, 403u) << name_of(x);
    EXPECT_NE(reply.body.find(fmt::format("'{}'", to_string(x.scope))), std::string::npos);
    EXPECT_EQ(send(by_token(x, "nothing")).status, 403u) << name_of(x);
  }
  EXPECT_TRUE(world().authors.empty()) << "something was changed";
}

TEST_F(access_test, of_another_than_the_customer_is_404) {
  for (auto& x : guarded()) {
    if (x.about == subject::anybody || x.about == subject::own_history)
      continue;
    auto wanted = by_customer(x);
    if (x.about == subject::owner_in_query)
      wanted.target += "?owner=admin/admin";
    if (x.about == subject::owner_in_body)
      wanted.body = R"({"owner":"customer/other","name":"x","type":"slack","settings":{}})";
    auto reply = send(wanted);
    EXPECT_EQ(reply.status, 404u) << name_of(x) << ' ' << reply.body;
    EXPECT_EQ(json_of(reply).at("code").as_string(), "not_found") << name_of(x);
  }
  EXPECT_TRUE(world().authors.empty()) << "something was changed";
}

TEST_F(access_test, to_a_channel_of_another_is_as_to_one_that_is_not_there) {
  for (auto& x : guarded()) {
    if (x.about != subject::channel_in_path)
      continue;
    auto others = send(by_customer(x)).body;
    auto id = to_string(admins_channel_);
    auto nobodys = by_customer(x);
    auto missing = to_string(channel_id{admins_channel_.plus(1000)});
    nobodys.target.replace(nobodys.target.find(id), id.size(), missing);
    auto reply = send(nobodys);
    EXPECT_EQ(reply.status, 404u);
  }
}

TEST_F(access_test, to_the_history_of_a_customer_asks_for_its_own_alone) {
  for (auto& x : guarded())
    if (x.about == subject::own_history)
      send(by_customer(x));
  const recipient_id acme{recipient_kind::customer, "acme"};
  ASSERT_EQ(world().event_lists.size(), 1u);
  EXPECT_EQ(world().event_lists[0].only_for, acme);
  ASSERT_EQ(world().delivery_lists.size(), 1u);
  EXPECT_EQ(world().delivery_lists[0].only_for, acme);
  ASSERT_EQ(world().delivery_lookups.size(), 1u);
  EXPECT_EQ(world().delivery_lookups[0].only_for, acme);
  ASSERT_EQ(world().delivery_previews.size(), 1u);
  EXPECT_EQ(world().delivery_previews[0].only_for, acme);
  ASSERT_EQ(world().questions.size(), 1u);
  EXPECT_EQ(world().questions[0].only_for, acme);
  ASSERT_EQ(world().resends.size(), 1u);
  EXPECT_EQ(world().resends[0].only_for, acme);
  EXPECT_EQ(world().resends[0].by.kind, author_kind::customer);
  ASSERT_EQ(world().follows.size(), 1u);
  EXPECT_EQ(world().follows[0].only_for, acme);
}

TEST_F(access_test, to_its_own_things_is_the_customers) {
  auto own = add_channel(world(), "own", channel_type::webhook);
  {
    std::lock_guard lock{world().guard};
    world().channels[own].owner = {recipient_kind::customer, "acme"};
    world().recipients[{recipient_kind::customer, "acme"}].revision = 1;
  }
  auto as_acme = [this](method verb, std::string target, std::string body = {}) {
    auto x = make_request(verb, "/api/v1" + target, std::move(body));
    x.authorization.reset();
    x.cookie = "tocsin_session=acme";
    x.csrf_token = csrf_token_of("acme");
    return send(x);
  };
  auto list = json_of(as_acme(method::get, "/channels"));
  ASSERT_EQ(list.at("data").as_array().size(), 1u);
  EXPECT_EQ(list.at("data").at(0).at("owner").as_string(), "customer/acme");
  EXPECT_EQ(as_acme(method::get, "/channels?owner=customer/acme").status, 200u);
  EXPECT_EQ(as_acme(method::get, "/channels/" + to_string(own)).status, 200u);
  EXPECT_EQ(as_acme(method::patch, "/channels/" + to_string(own), R"({"name":"new"})").status,
            200u);
  auto made = as_acme(method::post, "/channels",
                      R"({"name":"mine","type":"slack","settings":{"webhook_url":"x"}})");
  EXPECT_EQ(made.status, 201u) << made.body;
  EXPECT_EQ(json_of(made).at("owner").as_string(), "customer/acme");
  EXPECT_EQ(as_acme(method::get, "/triggers").status, 200u);
  EXPECT_EQ(as_acme(method::get, "/customers/acme/preferences").status, 200u);
  EXPECT_EQ(as_acme(method::get, "/event-types").status, 200u);
  EXPECT_EQ(as_acme(method::get, "/session").status, 200u);
  for (auto& by : world().authors)
    EXPECT_EQ(by.kind, author_kind::customer);
}

} // namespace

} // namespace tocsin::http
