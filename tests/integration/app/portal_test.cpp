#include "http/router.hpp"
#include "tests/integration/app/browser.hpp"
#include "tests/integration/app/service_fixture.hpp"
#include "tests/support/eventually.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>

namespace tocsin {

namespace {

using testing::HasSubstr;
using testing::Not;

/// Two customers with an event, a channel and a delivery each, one of them in the portal.
class portal : public service_fixture {
protected:
  portal() : acme{service->url()} {
    add_webhook("admins");
    for (auto name : {"acme", "rival"}) {
      auto customer
        = fmt::format(R"({{"name":"{0}","services":["{0}-app"],"portal_enabled":true}})", name);
      EXPECT_EQ(api().post("/customers", customer).status, 201);
    }
    own_channel = channel_of("acme");
    rivals_channel = channel_of("rival");
    own_event = event_of("acme");
    rivals_event = event_of("rival");
    rivals_delivery = delivery_of(rivals_event, "customer/rival");
    own_delivery = delivery_of(own_event, "customer/acme");
    admins_delivery = delivery_of(own_event, "admin/admin");
    EXPECT_EQ(acme.enter_portal(link()).status, 201);
  }

  std::string link() { return api().post("/customers/acme/portal-links", "").text("/code"); }

  std::string channel_of(const std::string& customer) {
    return add_channel(
      fmt::format(R"({{"owner":"customer/{0}","name":"{0}-hook","type":"webhook","settings":)"
                  R"({{"url":"https://{0}.example.com/hook"}}}})",
                  customer));
  }

  std::string event_of(const std::string& customer) {
    auto event = fmt::format(
      R"({{"event":"deploy.failure","message":"m","customer":"{0}","service":"{0}-app"}})",
      customer);
    auto reply = api().post("/events", event);
    EXPECT_EQ(reply.status, 202) << said(reply);
    return reply.text("/id");
  }

  std::string delivery_of(const std::string& event, const std::string& recipient) {
    auto shown = api().get("/events/" + event);
    for (auto& x : shown.body.at("deliveries").as_array())
      if (x.at("recipient").as_string() == recipient)
        return std::string{x.at("id").as_string()};
    ADD_FAILURE() << recipient << " got no delivery of " << event;
    return {};
  }

  static std::string said(const api_reply& x) { return boost::json::serialize(x.body); }

  browser acme;
  std::string own_channel, rivals_channel, own_event, rivals_event;
  std::string own_delivery, rivals_delivery, admins_delivery;
};

TEST_F(portal, a_link_opens_it_once) {
  auto code = link();
  browser first{service->url()};
  browser second{service->url()};
  EXPECT_EQ(first.enter_portal(code).text("/who"), "customer/acme");
  EXPECT_EQ(second.enter_portal(code).status, 404);
  EXPECT_EQ(second.call("GET", "/session").status, 401);
}

TEST_F(portal, shows_a_customer_its_own_things) {
  EXPECT_EQ(acme.call("GET", "/channels/" + own_channel).status, 200);
  EXPECT_EQ(acme.call("GET", "/events/" + own_event).status, 200);
  EXPECT_EQ(acme.call("GET", "/deliveries/" + own_delivery).status, 200);
  auto message = acme.call("GET", "/deliveries/" + own_delivery + "/message");
  EXPECT_EQ(message.status, 200) << said(message);
  EXPECT_THAT(said(message), HasSubstr("acme-app"));
  auto made = acme.call(
    "POST", "/channels",
    R"({"name":"mine","type":"webhook","settings":{"url":"https://acme.example.com/2"}})");
  EXPECT_EQ(made.status, 201) << said(made);
  EXPECT_EQ(made.text("/owner"), "customer/acme");
  EXPECT_EQ(acme.call("PUT", "/customers/acme/preferences", "{}").status, 200);
  auto log = api().get("/audit?author=customer/acme");
  EXPECT_EQ(log.body.at("data").as_array().size(), 3u) << said(log);
}

TEST_F(portal, lets_a_customer_send_its_own_deliveries_again) {
  auto path = "/deliveries/" + own_delivery;
  // Its channel leads nowhere: an operator gives the delivery up, as soon as it is not being tried,
  // and the customer may not undo it.
  EXPECT_TRUE(eventually(
    [&] { return api().post(path + "/cancel", R"({"reason":"too late"})").status == 200; }));
  auto refused = acme.call("POST", path + "/resend");
  EXPECT_EQ(refused.status, 409) << said(refused);
  EXPECT_EQ(refused.text("/code"), "conflict");
  EXPECT_EQ(api().post(path + "/resend", "").status, 200);
  auto again = acme.call("POST", path + "/resend");
  EXPECT_EQ(again.status, 200) << said(again);
  EXPECT_EQ(again.text("/delivery/id"), own_delivery);
  EXPECT_EQ(api().get("/audit?author=customer/acme").text("/data/0/action"), "delivery.resend");
  for (auto& other :
       {rivals_delivery, admins_delivery, std::string{"01ARZ3NDEKTSV4RRFFQ69G5FAV"}}) {
    auto reply = acme.call("POST", "/deliveries/" + other + "/resend");
    EXPECT_EQ(reply.status, 404) << said(reply);
    EXPECT_EQ(reply.text("/detail"), "there is no delivery " + other);
  }
  EXPECT_EQ(acme.call("POST", path + "/cancel").status, 404) << "that is the operator's alone";
}

TEST_F(portal, cannot_point_a_channel_into_the_operators_network) {
  auto made = acme.call("POST", "/channels",
                        R"({"name":"in","type":"webhook","settings":{"url":"https://10.0.0.1/"}})");
  EXPECT_EQ(made.status, 422) << said(made);
}

TEST_F(portal, lists_nothing_of_others) {
  for (auto list : {"/channels", "/events", "/deliveries", "/triggers"}) {
    auto reply = acme.call("GET", list);
    EXPECT_EQ(reply.status, 200) << list;
    EXPECT_THAT(said(reply), HasSubstr("acme")) << list;
    EXPECT_THAT(said(reply), Not(HasSubstr("rival"))) << list;
    EXPECT_THAT(said(reply), Not(HasSubstr("admin"))) << list;
  }
  for (auto& filter : {std::string{"customer=rival"}, std::string{"service=rival-app"},
                       std::string{"text=rival"}, "channel=" + rivals_channel,
                       std::string{"event_type=deploy.failure&since=2020-01-01T00:00:00Z"}}) {
    auto reply = acme.call("GET", "/deliveries?" + filter);
    EXPECT_EQ(reply.status, 200) << filter;
    EXPECT_THAT(said(reply), Not(HasSubstr("rival"))) << filter;
    EXPECT_THAT(said(reply), Not(HasSubstr("admin"))) << filter;
  }
  auto event = acme.call("GET", "/events/" + own_event);
  EXPECT_EQ(event.body.at("deliveries").as_array().size(), 1u);
  EXPECT_EQ(event.body.at("delivery_count").as_int64(), 1);
  EXPECT_THAT(said(event), Not(HasSubstr("admin")));
}

/// The path of a route with the captures filled in.
std::string fill_in(std::string_view pattern, const std::string& id, const std::string& name) {
  std::string result{pattern};
  for (auto [capture, value] :
       {std::pair{"{id}", id}, std::pair{"{name}", name}, std::pair{"{type}", std::string{"x"}}})
    if (auto at = result.find(capture); at != std::string::npos)
      result.replace(at, std::string_view{capture}.size(), value);
  return result;
}

TEST_F(portal, does_nothing_with_what_is_of_others_on_any_path) {
  auto before = said(api().get("/audit?limit=250"));
  const std::set<std::string> strangers{rivals_channel, rivals_event, rivals_delivery,
                                        admins_delivery};
  size_t walked = 0;
  for (auto& x : http::api_routes()) {
    if (x.about == http::subject::sign_in || x.about == http::subject::anybody)
      continue;
    auto verb = std::string{to_string(x.verb)};
    auto has_body = verb != "GET" && verb != "DELETE";
    for (auto name : {"rival", "admin", "nobody"})
      for (auto& id : strangers) {
        auto path = fill_in(x.pattern, id, name);
        if (x.about == http::subject::owner_in_query)
          path += "?owner=customer/rival";
        else if (x.pattern.find('{') == std::string_view::npos
                 && x.about == http::subject::own_history)
          continue;
        auto body = x.about == http::subject::owner_in_body
                      ? R"({"owner":"customer/rival","name":"x","type":"webhook","settings":{}})"
                      : "{}";
        auto reply = acme.call(verb, path, has_body ? body : "");
        EXPECT_EQ(reply.status, 404) << verb << ' ' << path << ' ' << said(reply);
        ++walked;
      }
  }
  EXPECT_GT(walked, 100u);
  EXPECT_EQ(said(api().get("/audit?limit=250")), before) << "something was changed";
}

TEST_F(portal, shows_nothing_of_whoever_bore_the_name_before) {
  EXPECT_EQ(api().remove("/channels/" + own_channel).status, 204);
  EXPECT_EQ(api().remove("/customers/acme").status, 204);
  auto again = R"({"name":"acme","services":["acme-app"],"portal_enabled":true})";
  EXPECT_EQ(api().post("/customers", again).status, 201);
  browser heir{service->url()};
  EXPECT_EQ(heir.enter_portal(link()).status, 201);
  for (auto list : {"/events", "/deliveries"}) {
    auto reply = heir.call("GET", list);
    EXPECT_EQ(reply.status, 200) << list;
    EXPECT_TRUE(reply.body.at("data").as_array().empty()) << said(reply);
  }
  EXPECT_EQ(heir.call("GET", "/events/" + own_event).status, 404);
  for (auto& path : {"/deliveries/" + own_delivery, "/deliveries/" + own_delivery + "/message"})
    EXPECT_EQ(heir.call("GET", path).status, 404) << path;
  auto resent = heir.call("POST", "/deliveries/" + own_delivery + "/resend");
  EXPECT_EQ(resent.status, 404) << said(resent);
  channel_of("acme");
  auto event = event_of("acme");
  EXPECT_EQ(heir.call("GET", "/events/" + event).status, 200);
  EXPECT_EQ(heir.call("GET", "/deliveries").body.at("data").as_array().size(), 1u);
}

TEST_F(portal, shows_nothing_of_whoever_bore_the_display_name_before) {
  auto rename = [this](const char* customer, const char* name) {
    auto patch = fmt::format(R"({{"display_name":"{}","services":["shared-app"]}})", name);
    auto path = fmt::format("/customers/{}", customer);
    EXPECT_EQ(api().patch(path, patch).status, 200);
  };
  rename("rival", "Shared Name");
  auto named = R"({"event":"deploy.failure","message":"m","customer":"Shared Name",)"
               R"("service":"shared-app"})";
  auto rivals = api().post("/events", named).text("/id");
  rename("rival", "Other Name");
  rename("acme", "Shared Name");
  auto own = api().post("/events", named).text("/id");
  EXPECT_EQ(acme.call("GET", "/events/" + own).status, 200);
  EXPECT_EQ(acme.call("GET", "/events/" + rivals).status, 404);
  auto listed = said(acme.call("GET", "/events"));
  EXPECT_THAT(listed, HasSubstr(own));
  EXPECT_THAT(listed, Not(HasSubstr(rivals)));
}

TEST_F(portal, ends_at_once_when_it_is_closed) {
  EXPECT_EQ(acme.call("GET", "/channels").status, 200);
  auto code = link();
  ASSERT_EQ(api().patch("/customers/acme", R"({"portal_enabled":false})").status, 200);
  EXPECT_EQ(acme.call("GET", "/channels").status, 401);
  EXPECT_EQ(browser{service->url()}.enter_portal(code).status, 404);
  EXPECT_EQ(api().post("/customers/acme/portal-links", "").status, 409);
}

TEST_F(portal, ends_when_its_customer_signs_out) {
  auto other = acme;
  EXPECT_EQ(acme.call("DELETE", "/session").status, 204);
  EXPECT_EQ(other.call("GET", "/channels").status, 401);
}

} // namespace

} // namespace tocsin
