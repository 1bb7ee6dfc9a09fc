#include "http/credentials.hpp"
#include "tests/unit/http/router_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin::http {

namespace {

using testing::HasSubstr;

class session_routes_test : public router_fixture {
protected:
  session_routes_test() {
    world().sessions["ops-session"] = {recipient_kind::admin, "ops"};
    world().sessions["acme-session"] = {recipient_kind::customer, "acme"};
  }

  static request with_session(method verb, std::string target, std::string body = {},
                              std::string session = "ops-session") {
    auto x = make_request(verb, std::move(target), std::move(body));
    x.authorization.reset();
    x.cookie = "other=1; tocsin_session=" + session;
    x.csrf_token = csrf_token_of(session);
    return x;
  }

  static request sign_in_with(const std::string& password) {
    auto x = make_request(method::post, "/api/v1/session",
                          R"({"admin":"ops","password":")" + password + R"("})");
    x.authorization.reset();
    return x;
  }
};

TEST_F(session_routes_test, gives_who_signs_in_a_cookie_and_what_changes_need) {
  auto reply = send(sign_in_with("correct horse"));
  ASSERT_EQ(reply.status, 201u) << reply.body;
  EXPECT_THAT(header_of(reply, "Set-Cookie"),
              testing::AllOf(HasSubstr("tocsin_session=new;"), HasSubstr("HttpOnly"),
                             HasSubstr("SameSite=Strict")));
  EXPECT_EQ(json_of(reply).at("who").as_string(), "admin/ops");
  EXPECT_EQ(json_of(reply).at("csrf_token").as_string(), csrf_token_of("new"));
  EXPECT_THAT(reply.body, testing::Not(HasSubstr("\"new\"")));
}

TEST_F(session_routes_test, refuses_a_wrong_password_and_makes_guessers_wait) {
  auto wrong = send(sign_in_with("wrong"));
  EXPECT_EQ(wrong.status, 401u);
  EXPECT_EQ(header_of(wrong, "Set-Cookie"), "");
  world().sign_in_wait = std::chrono::seconds{17};
  auto early = send(sign_in_with("correct horse"));
  EXPECT_EQ(early.status, 429u);
  EXPECT_EQ(header_of(early, "Retry-After"), "17");
}

TEST_F(session_routes_test, takes_a_session_for_its_admin) {
  EXPECT_EQ(send(with_session(method::get, "/api/v1/tokens")).status, 200u);
  auto shown = json_of(send(with_session(method::get, "/api/v1/session")));
  EXPECT_EQ(shown.at("who").as_string(), "admin/ops");
  send(with_session(method::post, "/api/v1/customers", R"({"name":"x"})"));
  EXPECT_EQ(world().authors.back().kind, author_kind::admin);
  EXPECT_EQ(world().authors.back().id, "ops");
  EXPECT_EQ(send(method::get, "/api/v1/session").status, 404u) << "a token has no session";
}

TEST_F(session_routes_test, wants_the_csrf_token_for_every_change) {
  for (auto text : {"", "wrong"}) {
    auto x = with_session(method::post, "/api/v1/customers", R"({"name":"x"})");
    x.csrf_token = text;
    EXPECT_EQ(send(x).status, 403u);
  }
  auto without = with_session(method::post, "/api/v1/customers", R"({"name":"x"})");
  without.csrf_token.reset();
  EXPECT_EQ(send(without).status, 403u);
  auto others = with_session(method::post, "/api/v1/customers", R"({"name":"x"})");
  others.csrf_token = csrf_token_of("acme-session");
  EXPECT_EQ(send(others).status, 403u);
  EXPECT_TRUE(world().authors.empty());
  auto reading = with_session(method::get, "/api/v1/customers");
  reading.csrf_token.reset();
  EXPECT_EQ(send(reading).status, 200u);
}

TEST_F(session_routes_test, ends_a_session_and_takes_the_cookie_away) {
  auto reply = send(with_session(method::remove, "/api/v1/session"));
  EXPECT_EQ(reply.status, 204u);
  EXPECT_THAT(header_of(reply, "Set-Cookie"), HasSubstr("tocsin_session=; "));
  ++*fakes_->actors.epoch;
  EXPECT_EQ(send(with_session(method::get, "/api/v1/session")).status, 401u);
}

TEST_F(session_routes_test, does_not_take_a_session_for_a_token_nor_a_token_for_a_session) {
  EXPECT_EQ(send(method::get, "/api/v1/tokens", {}, "ops-session").status, 401u);
  EXPECT_EQ(send(with_session(method::get, "/api/v1/tokens", {}, "all")).status, 401u);
  auto both = with_session(method::get, "/api/v1/tokens");
  both.authorization = "Bearer wrong";
  EXPECT_EQ(send(both).status, 401u) << "a wrong token is not made good by a cookie";
}

TEST_F(session_routes_test, sets_a_password_for_who_may_do_everything) {
  auto body = R"({"password":"long enough for all"})";
  EXPECT_EQ(send(method::put, "/api/v1/admins/ops/password", body, "writer").status, 403u);
  EXPECT_EQ(send(method::put, "/api/v1/admins/ops/password", body).status, 204u);
}

TEST_F(session_routes_test, makes_a_link_into_the_portal_and_takes_its_code) {
  auto made = send(method::post, "/api/v1/customers/acme/portal-links");
  ASSERT_EQ(made.status, 201u);
  EXPECT_EQ(json_of(made).at("url").as_string(), "/portal#the-code");
  EXPECT_EQ(send(method::post, "/api/v1/customers/acme/portal-links", {}, "writer").status, 403u);
  auto enter = make_request(method::post, "/api/v1/portal/session", R"({"code":"the-code"})");
  enter.authorization.reset();
  auto inside = send(enter);
  EXPECT_EQ(inside.status, 201u);
  EXPECT_EQ(json_of(inside).at("who").as_string(), "customer/acme");
  enter.body = R"({"code":"another"})";
  EXPECT_EQ(send(enter).status, 404u);
}

TEST_F(session_routes_test, keeps_the_portal_s_session_and_the_panel_s_apart) {
  auto enter
    = make_request(method::post, "/portal/api/v1/portal/session", R"({"code":"the-code"})");
  enter.authorization.reset();
  auto inside = send(enter);
  EXPECT_EQ(inside.status, 201u);
  EXPECT_THAT(header_of(inside, "Set-Cookie"),
              testing::AllOf(HasSubstr("tocsin_portal_session="), HasSubstr("Path=/portal;")));
  EXPECT_EQ(send(with_session(method::get, "/portal/api/v1/session")).status, 401u)
    << "the panel's cookie counts for nothing there";
  auto both = with_session(method::get, "/portal/api/v1/session");
  both.cookie = "tocsin_session=unknown; tocsin_portal_session=ops-session";
  EXPECT_EQ(send(both).status, 200u);
  both.target = "/api/v1/session";
  EXPECT_EQ(send(both).status, 401u);
  auto leave = with_session(method::remove, "/portal/api/v1/session");
  leave.cookie = "tocsin_portal_session=ops-session";
  auto left = send(leave);
  EXPECT_EQ(left.status, 204u);
  EXPECT_THAT(header_of(left, "Set-Cookie"),
              testing::AllOf(HasSubstr("tocsin_portal_session=;"), HasSubstr("Path=/portal;")));
  EXPECT_EQ(send(method::get, "/portal/api/v2/session").status, 404u);
}

} // namespace

} // namespace tocsin::http
