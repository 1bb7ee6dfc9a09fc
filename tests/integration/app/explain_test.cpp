#include "tests/integration/app/browser.hpp"
#include "tests/integration/app/service_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>

namespace tocsin {

namespace {

namespace json = boost::json;

/// What became of an event, or would: the reason by channel and destination, empty where it is
/// sent, and by recipient where it is not reached.
struct fates {
  std::map<std::string, std::string> deliveries;
  std::map<std::string, std::string> unreached;

  friend bool operator==(const fates&, const fates&) = default;
};

std::string text_of(const json::value& x) {
  return x.is_string() ? std::string{x.get_string()} : std::string{};
}

fates told_by(const json::value& explanation) {
  fates result;
  for (auto& who : explanation.at("recipients").as_array()) {
    if (text_of(who.at("decision")) == "unreached")
      result.unreached[text_of(who.at("recipient"))] = text_of(who.at("reason"));
    for (auto& ch : who.at("channels").as_array()) {
      if (text_of(ch.at("decision")) == "not_concerned")
        continue;
      auto reason = text_of(ch.at("reason"));
      auto& destinations = ch.at("destinations").as_array();
      for (auto& destination : destinations)
        result.deliveries[text_of(ch.at("id")) + ' ' + text_of(destination)] = reason;
      if (destinations.empty())
        result.deliveries[text_of(ch.at("id")) + ' '] = reason;
    }
  }
  return result;
}

fates made_of(const json::value& event) {
  fates result;
  for (auto& x : event.at("deliveries").as_array()) {
    // A reason stands in the log where a delivery was suppressed, and nowhere else.
    EXPECT_EQ(text_of(x.at("state")) == "suppressed", x.at("reason").is_string());
    result.deliveries[text_of(x.at("channel")) + ' ' + text_of(x.at("destination"))]
      = text_of(x.at("reason"));
  }
  for (auto& x : event.at("unreached").as_array())
    result.unreached[text_of(x.at("recipient"))] = text_of(x.at("reason"));
  return result;
}

class explanations : public service_fixture {
protected:
  json::value explain(const std::string& event, const std::string& time = "") {
    auto query = time.empty() ? "" : "?time=" + time;
    auto reply = api().post("/events/explain" + query, event);
    EXPECT_EQ(reply.status, 200) << json::serialize(reply.body);
    return reply.body;
  }

  void must(const api_reply& reply) { EXPECT_LT(reply.status, 300) << json::serialize(reply.body); }

  /// Makes of a configuration another one, the same for the same seed. Quiet hours lie around this
  /// moment or far from it, so that none begins or ends during the test.
  void change_everything(std::mt19937& random) {
    auto one_in = [&random](unsigned n) { return random() % n == 0; };
    auto list = [&](std::initializer_list<const char*> names) {
      json::object result{{"include", json::array{}}, {"exclude", json::array{}}};
      if (one_in(3)) {
        auto* name = *(names.begin() + random() % names.size());
        result[one_in(2) ? "include" : "exclude"] = json::array{name};
      }
      return result;
    };
    for (auto& [id, owner] : channels_) {
      json::object triggers;
      for (auto type : {"deploy.failure", "backup.success", "service.health.down"}) {
        if (one_in(2))
          continue;
        json::object trigger{{"on", !one_in(3)}};
        if (mails_.contains(id) && one_in(2))
          trigger["to"] = json::array{"night@example.com", "day@example.com"};
        triggers[type] = trigger;
      }
      json::object patch{{"enabled", !one_in(4)},
                         {"filters", json::object{{"customers", list({"acme", "beta"})},
                                                  {"services", list({"app", "web"})}}}};
      must(api().patch("/channels/" + id, json::serialize(patch)));
      json::array rows{json::object{{"id", id}, {"triggers", triggers}}};
      must(
        api().put("/triggers?owner=" + owner, json::serialize(json::object{{"channels", rows}})));
    }
    for (auto path : {"/admins/admin", "/admins/ops", "/customers/acme", "/customers/beta"}) {
      json::object wishes{{"customers", list({"acme", "beta"})},
                          {"services", list({"app", "web"})},
                          {"event_types", list({"deploy.failure", "backup.success"})}};
      if (one_in(2))
        wishes["quiet_hours"] = quiet_hours(one_in(2), one_in(2));
      must(api().put(path + std::string{"/preferences"}, json::serialize(wishes)));
    }
    for (auto customer : {"acme", "beta"})
      must(api().patch("/customers/" + std::string{customer},
                       one_in(3) ? R"({"portal_enabled":false})" : R"({"portal_enabled":true})"));
  }

  static json::object quiet_hours(bool are_now, bool bypass) {
    auto now = std::chrono::floor<std::chrono::minutes>(system_wall_clock()());
    auto minute = (now - std::chrono::floor<std::chrono::days>(now)).count();
    auto clock = [](int64_t x) {
      auto within = (x + 24 * 60) % (24 * 60);
      return fmt::format("{:02}:{:02}", within / 60, within % 60);
    };
    auto from = are_now ? minute - 120 : minute + 240;
    return {{"from", clock(from)}, {"until", clock(from + 240)}, {"critical_bypass", bypass}};
  }

  /// Two admins, two customers, and three channels of each.
  void make_world() {
    must(api().post("/admins", R"({"name":"ops"})"));
    must(api().post("/customers", R"({"name":"acme","display_name":"Acme Corp",)"
                                  R"("services":["app"],"portal_enabled":true})"));
    must(api().post("/customers", R"({"name":"beta","services":["web"],"portal_enabled":true})"));
    for (std::string owner : {"admin/admin", "admin/ops", "customer/acme", "customer/beta"}) {
      auto url = owner.starts_with("admin") ? providers.webhook_url("hook")
                                            : "https://hooks.example.com/x";
      for (auto name : {"one", "two"})
        channels_[add_channel(
          fmt::format(R"({{"owner":"{}","name":"{}","type":"webhook","settings":{{"url":"{}"}}}})",
                      owner, name, url))]
          = owner;
      auto mail = add_channel(fmt::format(
        R"({{"owner":"{}","name":"mail","type":"email","settings":{{"host":"mx.example.com",)"
        R"("from":"a@example.com","to":["b@example.com","c@example.com"]}}}})",
        owner));
      channels_[mail] = owner;
      mails_.insert(mail);
    }
  }

  std::map<std::string, std::string> channels_;
  std::set<std::string> mails_;
};

TEST_F(explanations, say_what_then_happens_to_the_same_event) {
  make_world();
  std::mt19937 random{20260329};
  std::map<std::string, size_t> seen;
  auto pick = [&random](std::initializer_list<const char*> from) {
    return *(from.begin() + random() % from.size());
  };
  for (auto round = 0; round < 6; ++round) {
    change_everything(random);
    for (auto i = 0; i < 12; ++i) {
      json::object event{
        {"event", pick({"deploy.failure", "backup.success", "service.health.down"})},
        {"message", "m"}};
      if (auto customer = std::string{pick({"", "acme", "Acme Corp", "beta", "nobody"})};
          !customer.empty())
        event["customer"] = customer;
      if (auto service = std::string{pick({"", "app", "web"})}; !service.empty())
        event["service"] = service;
      auto told = told_by(explain(json::serialize(event)));
      auto sent = api().post("/events", json::serialize(event));
      ASSERT_EQ(sent.status, 202) << json::serialize(sent.body);
      auto made = made_of(api().get("/events/" + sent.text("/id")).body);
      EXPECT_EQ(told.deliveries, made.deliveries) << json::serialize(event);
      EXPECT_EQ(told.unreached, made.unreached) << json::serialize(event);
      for (auto& [what, reason] : made.deliveries)
        ++seen[reason];
      for (auto& [who, reason] : made.unreached)
        ++seen[reason];
    }
  }
  for (auto reason : {"", "channel_disabled", "channel_filter", "recipient_preference",
                      "quiet_hours", "not_subscribed"})
    EXPECT_GT(seen[reason], 0u) << '\'' << reason << '\'';
}

TEST_F(explanations, store_and_send_nothing) {
  add_webhook("hook");
  auto audit = json::serialize(api().get("/audit").body);
  auto told = explain(R"({"event":"deploy.failure","message":"m","id":"own-1"})");
  EXPECT_EQ(told.at("recipients").at(0).at("decision").as_string(), "deliver");
  EXPECT_TRUE(api().get("/events").body.at("data").as_array().empty());
  EXPECT_TRUE(api().get("/deliveries").body.at("data").as_array().empty());
  EXPECT_EQ(json::serialize(api().get("/audit").body), audit);
  // The id is still free, whatever was asked about it.
  auto sent = api().post("/events", R"({"event":"deploy.failure","message":"m","id":"own-1"})");
  EXPECT_FALSE(sent.body.as_object().contains("duplicate"));
  EXPECT_EQ(wait_until_ended("own-1").text("/deliveries/0/state"), "delivered");
  EXPECT_EQ(providers.received(standin::provider::webhook).size(), 1u);
}

TEST_F(explanations, look_at_another_moment) {
  add_webhook("hook");
  must(api().put("/admins/admin/preferences",
                 R"({"quiet_hours":{"from":"22:00","until":"07:00","utc_offset_minutes":120}})"));
  const std::string event = R"({"event":"deploy.failure","message":"m"})";
  auto night = explain(event, "2026-03-29T23:30:00%2B02:00");
  auto& at_night = night.at("recipients").at(0).at("channels").at(0);
  EXPECT_EQ(at_night.at("reason").as_string(), "quiet_hours");
  EXPECT_EQ(at_night.at("rules").as_array().back().at("until").as_string(), "2026-03-30T05:00:00Z");
  auto day = explain(event, "2026-03-29T12:00:00Z");
  EXPECT_EQ(day.at("recipients").at(0).at("decision").as_string(), "deliver");
  auto critical
    = explain(R"({"event":"service.health.down","message":"m"})", "2026-03-29T23:30:00%2B02:00");
  EXPECT_EQ(critical.at("recipients").at(0).at("decision").as_string(), "deliver");
}

TEST_F(explanations, show_a_customer_its_own_channels_and_no_other_event) {
  make_world();
  browser acme{service->url()};
  ASSERT_EQ(acme.enter_portal(api().post("/customers/acme/portal-links", "").text("/code")).status,
            201);
  for (auto event : {R"({"event":"deploy.failure","message":"m","service":"app"})",
                     R"({"event":"deploy.failure","message":"m","customer":"acme"})",
                     R"({"event":"deploy.failure","message":"m","customer":"Acme Corp"})"}) {
    auto told = acme.call("POST", "/events/explain", event);
    ASSERT_EQ(told.status, 200) << json::serialize(told.body);
    auto& recipients = told.body.at("recipients").as_array();
    ASSERT_EQ(recipients.size(), 1u);
    EXPECT_EQ(recipients[0].at("recipient").as_string(), "customer/acme");
    for (auto& ch : recipients[0].at("channels").as_array())
      EXPECT_EQ(channels_.at(text_of(ch.at("id"))), "customer/acme");
  }
  auto foreign = acme.call("POST", "/events/explain",
                           R"({"event":"deploy.failure","message":"m","service":"web"})");
  EXPECT_EQ(foreign.text("/recipients/0/reason"), "foreign_service");
  for (auto other : {"beta", "nobody"}) {
    auto event
      = fmt::format(R"({{"event":"deploy.failure","message":"m","customer":"{}"}})", other);
    auto refused = acme.call("POST", "/events/explain", event);
    EXPECT_EQ(refused.status, 404);
    EXPECT_EQ(refused.text("/detail"), fmt::format("there is no customer '{}'", other));
  }
}

} // namespace

} // namespace tocsin
