#include "tests/unit/http/router_fixture.hpp"

namespace tocsin::http {

namespace {

using texts = std::vector<std::string>;

} // namespace

class recipient_routes_test : public router_fixture {
protected:
  response change(method verb, std::string path, std::string body,
                  std::optional<std::string> tag = {}) {
    auto x = make_request(verb, std::move(path), std::move(body));
    x.if_match = std::move(tag);
    return send(x);
  }
};

TEST_F(recipient_routes_test, creates_a_customer) {
  auto reply = send(method::post, "/api/v1/customers", R"({"name":"acme","display_name":"Acme Corp",
    "services":["my-app"],"portal_enabled":true})");
  EXPECT_EQ(reply.status, 201u) << reply.body;
  EXPECT_EQ(header_of(reply, "Location"), "/api/v1/customers/acme");
  EXPECT_EQ(header_of(reply, "ETag"), "\"1\"");
  EXPECT_EQ(json_of(reply), boost::json::parse(R"({"name":"acme","display_name":"Acme Corp",
    "services":["my-app"],"portal_enabled":true,"managed_by":null,"revision":1,
    "created_at":"1970-01-01T00:00:00Z","updated_at":"1970-01-01T00:00:00Z"})"));
  EXPECT_EQ(send(method::post, "/api/v1/customers", R"({"name":"acme"})").status, 409u);
}

TEST_F(recipient_routes_test, gives_an_admin_no_services) {
  auto reply = send(method::post, "/api/v1/admins", R"({"name":"Ops!","services":[]})");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(errors_of(reply), (texts{"/name invalid", "/services unknown_key"}));
  auto made = send(method::post, "/api/v1/admins", R"({"name":"ops"})");
  EXPECT_EQ(made.status, 201u);
  EXPECT_EQ(json_of(made).at("display_name").as_string(), "ops");
  EXPECT_EQ(json_of(made).as_object().count("services"), 0u);
}

TEST_F(recipient_routes_test, lists_and_finds_by_kind) {
  send(method::post, "/api/v1/customers", R"({"name":"acme"})");
  EXPECT_EQ(get("/api/v1/customers").at("data").as_array().size(), 1u);
  EXPECT_EQ(get("/api/v1/admins").at("data").at(0).at("name").as_string(), "admin");
  EXPECT_EQ(get("/api/v1/customers/acme").at("name").as_string(), "acme");
  EXPECT_EQ(send(method::get, "/api/v1/admins/acme").status, 404u);
  EXPECT_EQ(send(method::get, "/api/v1/admins/NOT%20A%20NAME").status, 404u);
}

TEST_F(recipient_routes_test, patches_a_customer) {
  send(method::post, "/api/v1/customers", R"({"name":"acme","services":["a"]})");
  auto path = "/api/v1/customers/acme";
  auto reply = change(method::patch, path, R"({"portal_enabled":true,"revision":1})");
  EXPECT_EQ(reply.status, 200u) << reply.body;
  EXPECT_EQ(header_of(reply, "ETag"), "\"2\"");
  EXPECT_EQ(json_of(reply).at("services").at(0).as_string(), "a");
  EXPECT_EQ(change(method::patch, path, R"({"services":[]})", "\"1\"").status, 412u);
  auto wrong = change(method::patch, path, R"({"name":"other","services":"x","extra":1})");
  EXPECT_EQ(errors_of(wrong),
            (texts{"/name read_only", "/services wrong_type", "/extra unknown_key"}));
  EXPECT_EQ(change(method::patch, "/api/v1/customers/nobody", "{}").status, 404u);
}

TEST_F(recipient_routes_test, refuses_to_remove_what_nobody_knows) {
  send(method::post, "/api/v1/customers", R"({"name":"acme","services":["a"]})");
  auto reply = send(method::patch, "/api/v1/customers/acme", R"({"sevices":null,"services":null})");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(errors_of(reply), std::vector<std::string>{"/sevices unknown_key"});
  auto emptied = send(method::patch, "/api/v1/customers/acme", R"({"services":null})");
  EXPECT_EQ(emptied.status, 200u);
  EXPECT_TRUE(json_of(emptied).at("services").as_array().empty());
}

TEST_F(recipient_routes_test, deletes_a_customer) {
  send(method::post, "/api/v1/customers", R"({"name":"acme"})");
  EXPECT_EQ(change(method::remove, "/api/v1/customers/acme", "", "\"5\"").status, 412u);
  EXPECT_EQ(change(method::remove, "/api/v1/customers/acme", "").status, 204u);
  EXPECT_EQ(change(method::remove, "/api/v1/customers/acme", "").status, 404u);
}

TEST_F(recipient_routes_test, keeps_preferences) {
  auto path = "/api/v1/admins/admin/preferences";
  EXPECT_EQ(get(path).at("revision").as_int64(), 0);
  EXPECT_TRUE(get(path).at("quiet_hours").is_null());
  auto reply = change(method::put, path, R"({"customers":{"exclude":["acme"]},
    "event_types":{"include":["deploy.failure"]},
    "quiet_hours":{"from":"22:00","until":"07:05","utc_offset_minutes":-60}})");
  EXPECT_EQ(reply.status, 200u) << reply.body;
  EXPECT_EQ(header_of(reply, "ETag"), "\"1\"");
  EXPECT_EQ(json_of(reply), boost::json::parse(R"({"customers":{"include":[],"exclude":["acme"]},
    "services":{"include":[],"exclude":[]},
    "event_types":{"include":["deploy.failure"],"exclude":[]},
    "quiet_hours":{"from":"22:00","until":"07:05","utc_offset_minutes":-60,"critical_bypass":true},
    "managed_by":null,"revision":1})"));
  EXPECT_EQ(change(method::put, path, R"({"revision":0})").status, 412u);
  auto cleared = change(method::put, path, R"({"revision":1})", "\"1\"");
  EXPECT_EQ(cleared.status, 200u);
  EXPECT_TRUE(json_of(cleared).at("quiet_hours").is_null());
  EXPECT_EQ(change(method::put, "/api/v1/customers/nobody/preferences", "{}").status, 404u);
}

TEST_F(recipient_routes_test, takes_no_empty_text_for_none) {
  auto preference = send(method::put, "/api/v1/admins/admin/preferences",
                         R"({"quiet_hours":{"from":"","until":""}})");
  EXPECT_EQ(preference.status, 422u);
  EXPECT_EQ(errors_of(preference), (std::vector<std::string>{"/quiet_hours/from too_short",
                                                             "/quiet_hours/until too_short"}));
  auto customer = send(method::post, "/api/v1/customers", R"({"name":"","display_name":""})");
  EXPECT_EQ(errors_of(customer),
            (std::vector<std::string>{"/name invalid", "/display_name too_short"}));
}

TEST_F(recipient_routes_test, names_every_wrong_field_of_a_preference) {
  auto reply = change(method::put, "/api/v1/admins/admin/preferences", R"({"customers":[],
    "event_types":{"exclude":["x"]},
    "quiet_hours":{"from":"24:00","utc_offset_minutes":900,"critical_bypass":1},"extra":1})");
  EXPECT_EQ(reply.status, 422u);
  EXPECT_EQ(errors_of(reply),
            (texts{"/customers wrong_type", "/event_types/exclude/0 unknown_event_type",
                   "/quiet_hours/from invalid", "/quiet_hours/until required",
                   "/quiet_hours/utc_offset_minutes out_of_range",
                   "/quiet_hours/critical_bypass wrong_type", "/extra unknown_key"}));
}

/// `piece` as often as a hundred thousand bytes hold it, with commas in between.
std::string many(std::string_view piece) {
  std::string result{piece};
  while (result.size() < 100'000)
    result.append(",").append(piece);
  return result;
}

TEST_F(recipient_routes_test, tells_fifty_faults_of_a_body_that_is_full_of_them) {
  for (auto body : {R"({"customers":{"include":[)" + many("0") + "]}}",
                    R"({"event_types":{"exclude":[)" + many(R"("x")") + "]}}"}) {
    auto reply = send(method::put, "/api/v1/admins/admin/preferences", body);
    EXPECT_EQ(reply.status, 422u);
    EXPECT_EQ(errors_of(reply).size(), 50u);
  }
  std::string unknown = R"({"extra":1)";
  for (int i = 0; i < 1000; ++i)
    unknown += fmt::format(R"(,"extra{}":1)", i);
  EXPECT_EQ(errors_of(send(method::put, "/api/v1/admins/admin/preferences", unknown + "}")).size(),
            50u);
  auto token
    = send(method::post, "/api/v1/tokens", R"({"name":"x","scopes":[)" + many("\"x\"") + "]}");
  EXPECT_EQ(errors_of(token).size(), 50u);
  auto rows = send(method::put, "/api/v1/triggers?owner=admin/admin",
                   R"({"channels":[)" + many("{}") + "]}");
  EXPECT_LE(errors_of(rows).size(), 52u);
}

} // namespace tocsin::http
