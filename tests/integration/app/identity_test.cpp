#include "app/bootstrap.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "tests/integration/app/browser.hpp"
#include "tests/support/directory_bytes.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/running_service.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr auto password = "a password of some length";

class identity : public testing::Test {
protected:
  api_client& api() { return service.api(); }

  /// A new token; gives its whole answer.
  api_reply create(const std::string& scopes, const std::string& more = "") {
    auto reply
      = api().post("/tokens", fmt::format(R"({{"name":"ci","scopes":[{}]{}}})", scopes, more));
    EXPECT_EQ(reply.status, 201) << boost::json::serialize(reply.body);
    return reply;
  }

  api_client holder_of(const std::string& token) { return {service.url(), token}; }

  /// Calls until `wanted` is true of the status; false if that takes too long.
  static bool becomes(api_client& who, const std::string& path, int wanted) {
    return eventually([&] { return who.get(path).status == wanted; });
  }

  running_service service;
};

TEST_F(identity, a_token_is_good_until_it_is_revoked_and_not_a_request_longer) {
  auto made = create(R"("read","events:write")");
  auto ci = holder_of(made.text("/token"));
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(ci.get("/events").status, 200);
  EXPECT_EQ(ci.get("/stats/actors").status, 403);
  EXPECT_EQ(ci.post("/events", R"({"event":"deploy.success","message":"m"})").status, 202);
  service.restart();
  auto after = holder_of(made.text("/token"));
  EXPECT_EQ(after.get("/events").status, 200);
  EXPECT_EQ(api().remove("/tokens/" + made.text("/id")).status, 204);
  EXPECT_EQ(after.get("/events").status, 401);
  EXPECT_EQ(after.post("/events", R"({"event":"deploy.success","message":"m"})").status, 401);
  EXPECT_EQ(api().get("/tokens/" + made.text("/id")).status, 404);
}

TEST_F(identity, a_token_ends_with_its_time) {
  auto end = to_rfc3339(system_wall_clock()() + 2s);
  auto made = create(R"("read")", fmt::format(R"(,"expires_at":"{}")", end));
  EXPECT_EQ(made.text("/expires_at"), end);
  auto ci = holder_of(made.text("/token"));
  EXPECT_TRUE(becomes(ci, "/events", 401));
  EXPECT_GE(system_wall_clock()(), *parse_rfc3339(end));
}

TEST_F(identity, the_last_use_of_a_token_is_shown) {
  auto made = create(R"("read")");
  EXPECT_TRUE(made.body.at("last_used_at").is_null());
  auto ci = holder_of(made.text("/token"));
  ci.get("/events");
  std::string last;
  EXPECT_TRUE(eventually([&] {
    last = api().get("/tokens/" + made.text("/id")).text("/last_used_at");
    return parse_rfc3339(last).has_value();
  }))
    << last;
}

TEST_F(identity, the_storage_holds_neither_tokens_nor_passwords_nor_sessions) {
  auto made = create(R"("read")");
  ASSERT_EQ(
    api().put("/admins/admin/password", fmt::format(R"({{"password":"{}"}})", password)).status,
    204);
  browser page{service.url()};
  ASSERT_EQ(page.sign_in("admin", password).status, 201);
  auto cookie = page.set_cookie();
  auto secret = cookie.substr(cookie.find('=') + 1);
  secret = secret.substr(0, secret.find(';'));
  auto event = R"({"event":"backup.success","message":"for the journal"})";
  ASSERT_EQ(holder_of(service.token()).post("/events", event).status, 202);
  service.stop();
  auto journal = bytes_below(service.data_dir(), {"data.mdb", app::initial_token_file});
  ASSERT_THAT(journal, HasSubstr("for the journal")) << "this is not the storage";
  auto bytes = bytes_below(service.data_dir(), {app::initial_token_file});
  ASSERT_THAT(bytes, HasSubstr("initial admin token")) << "this is not the storage";
  for (auto& text : {made.text("/token"), std::string{password}, secret, service.token()})
    EXPECT_EQ(bytes.find(text), std::string::npos) << text;
}

TEST_F(identity, an_admin_signs_in_stays_over_a_restart_and_signs_out) {
  browser page{service.url()};
  EXPECT_EQ(page.sign_in("admin", password).status, 401) << "no password is set";
  auto body = fmt::format(R"({{"password":"{}"}})", password);
  ASSERT_EQ(api().put("/admins/admin/password", body).status, 204);
  EXPECT_EQ(page.sign_in("admin", "another password").status, 401);
  ASSERT_EQ(page.sign_in("admin", password).status, 201);
  EXPECT_THAT(page.set_cookie(), HasSubstr("; HttpOnly; SameSite=Strict"));
  EXPECT_EQ(page.call("GET", "/session").text("/who"), "admin/admin");
  EXPECT_EQ(page.call("POST", "/customers", R"({"name":"acme"})").status, 201);
  service.restart();
  page.move_to(service.url());
  EXPECT_EQ(page.call("GET", "/customers/acme").status, 200);
  auto old = page;
  EXPECT_EQ(page.call("DELETE", "/session").status, 204);
  EXPECT_EQ(old.call("GET", "/session").status, 401);
}

TEST_F(identity, guessing_passwords_is_slowed_down) {
  auto body = fmt::format(R"({{"password":"{}"}})", password);
  ASSERT_EQ(api().put("/admins/admin/password", body).status, 204);
  browser page{service.url()};
  int waits = 0;
  for (int i = 0; i < 8; ++i)
    waits += page.sign_in("admin", "wrong").status == 429 ? 1 : 0;
  EXPECT_GE(waits, 1);
}

/// One change of everything that can be changed.
struct change {
  std::string verb;
  std::string path;
  std::string body;
  std::string action;
  std::string object;
};

TEST_F(identity, every_change_is_in_the_audit_log_with_who_and_why) {
  auto webhook
    = R"({"name":"hook","type":"webhook","settings":{"url":"https://example.com/s3cr3t"}})";
  auto channel = api().post("/channels", webhook).text("/id");
  auto token = create(R"("read")").text("/id");
  auto password_body = fmt::format(R"({{"password":"{}"}})", password);
  auto matrix = fmt::format(
    R"({{"channels":[{{"id":"{}","triggers":{{"deploy.failure":{{"on":false}}}}}}]}})", channel);
  const change changes[] = {
    {"POST", "/admins", R"({"name":"ops"})", "admin.create", "admin/ops"},
    {"PATCH", "/admins/ops", R"({"display_name":"O"})", "admin.change", "admin/ops"},
    {"PUT", "/admins/ops/preferences", "{}", "preferences.create", "admin/ops/preferences"},
    {"PUT", "/admins/ops/preferences", R"({"services":{"include":["a"],"exclude":[]}})",
     "preferences.change", "admin/ops/preferences"},
    {"PUT", "/admins/ops/password", password_body, "password.create", "admin/ops/password"},
    {"PUT", "/admins/ops/password", password_body, "password.change", "admin/ops/password"},
    {"DELETE", "/admins/ops", "", "admin.remove", "admin/ops"},
    {"POST", "/customers", R"({"name":"acme","portal_enabled":true})", "customer.create",
     "customer/acme"},
    {"PATCH", "/customers/acme", R"({"services":["a"]})", "customer.change", "customer/acme"},
    {"PUT", "/customers/acme/preferences", "{}", "preferences.create", "customer/acme/preferences"},
    {"POST", "/customers/acme/portal-links", "", "portal-link.create", "customer/acme/portal-link"},
    {"DELETE", "/customers/acme", "", "customer.remove", "customer/acme"},
    {"PATCH", "/channels/" + channel, R"({"settings":{"secret":"s3cr3t-key-of-some-length"}})",
     "channel.change", "channel/" + channel},
    {"PUT", "/triggers", matrix, "channel.change", "channel/" + channel},
    {"POST", "/channels/" + channel + "/rotate-secret", "", "channel.change", "channel/" + channel},
    {"DELETE", "/channels/" + channel, "", "channel.remove", "channel/" + channel},
    {"DELETE", "/tokens/" + token, "", "token.revoke", "token/" + token},
    {"POST", "/event-types", R"({"type":"invoice.overdue","title":"T"})", "event-type.create",
     "event-type/invoice.overdue"},
    {"PATCH", "/event-types/invoice.overdue", R"({"title":"Invoice overdue"})", "event-type.change",
     "event-type/invoice.overdue"},
    {"DELETE", "/event-types/invoice.overdue", "", "event-type.remove",
     "event-type/invoice.overdue"},
  };
  int number = 0;
  for (auto& x : changes) {
    auto request_id = fmt::format("change-{}", ++number);
    auto reply = api().call(x.verb, x.path, x.body, {"X-Request-Id: " + request_id});
    ASSERT_LT(reply.status, 300) << x.verb << ' ' << x.path << boost::json::serialize(reply.body);
    auto entry = api().get("/audit?limit=1").body.at("data").at(0);
    EXPECT_EQ(entry.at("action").as_string(), x.action) << x.verb << ' ' << x.path;
    EXPECT_EQ(entry.at("object").as_string(), x.object) << x.verb << ' ' << x.path;
    EXPECT_EQ(entry.at("request_id").as_string(), request_id);
    EXPECT_EQ(entry.at("author").at("kind").as_string(), "token");
    EXPECT_EQ(entry.at("author").at("name").as_string(), "initial admin token");
    EXPECT_THAT(boost::json::serialize(entry), Not(HasSubstr("s3cr3t")));
  }
  auto all = api().get("/audit?limit=250");
  EXPECT_THAT(boost::json::serialize(all.body), HasSubstr(R"("changed_settings":["secret"])"));
  auto refused = all.body.at("data").as_array().size();
  EXPECT_EQ(api().post("/customers", R"({"name":"UPPER"})").status, 422);
  EXPECT_EQ(api().get("/audit?limit=250").body.at("data").as_array().size(), refused);
}

TEST_F(identity, coming_and_going_is_in_the_audit_log_by_whom) {
  auto body = fmt::format(R"({{"password":"{}"}})", password);
  ASSERT_EQ(api().put("/admins/admin/password", body).status, 204);
  auto expect_last = [this](std::string_view action) {
    auto entry = api().get("/audit?limit=1").body.at("data").at(0);
    EXPECT_EQ(entry.at("action").as_string(), action);
    EXPECT_EQ(entry.at("object").as_string(), "admin/admin/session");
    EXPECT_EQ(entry.at("author").at("kind").as_string(), "admin");
    EXPECT_EQ(entry.at("author").at("id").as_string(), "admin");
    EXPECT_FALSE(entry.at("request_id").as_string().empty());
  };
  browser page{service.url()};
  ASSERT_EQ(page.sign_in("admin", password).status, 201);
  expect_last("session.open");
  ASSERT_EQ(page.call("DELETE", "/session").status, 204);
  expect_last("session.close");
}

} // namespace

} // namespace tocsin
