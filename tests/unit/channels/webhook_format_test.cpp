#include "channels/adapter.hpp"
#include "channels/text_pipeline.hpp"
#include "messages/event_catalogue.hpp"
#include "tests/unit/channels/sample_events.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <gmock/gmock.h>

#include <string>

namespace tocsin::channels {

namespace {

namespace json = boost::json;

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr timestamp formatted_at{1774794600s};
constexpr auto pagerduty
  = R"({"format":"pagerduty","routing_key":"0123456789abcdef0123456789ABCDEF"})";
constexpr auto opsgenie
  = R"({"format":"opsgenie","api_key":"11111111-2222-3333-4444-555555555555"})";

http_request request_for(const char* settings, const accepted_event& event) {
  auto made = make_adapter(channel_type::webhook, settings).value();
  auto id = *delivery_id::parse("01KMX00VJ0AW6K4PF4W75P6737");
  return std::get<http_request>(made->render({id, event, "", formatted_at}).value());
}

json::object body_for(const char* settings, const accepted_event& event) {
  return json::parse(request_for(settings, event).body).as_object();
}

accepted_event event_of(std::string_view type) {
  auto result = sample_event();
  result.value.type = type;
  return result;
}

std::vector<std::string> faults_of(const char* settings) {
  auto made = make_adapter(channel_type::webhook, settings);
  std::vector<std::string> result;
  if (!made)
    for (auto& x : made.error().fields)
      result.push_back(x.pointer + ' ' + x.code);
  return result;
}

TEST(webhook_format, is_one_that_is_known) {
  EXPECT_THAT(faults_of(R"({"url":"https://example.com","format":"tocsin"})"), ElementsAre());
  EXPECT_THAT(faults_of(R"({"url":"https://example.com","format":"nagios"})"),
              ElementsAre("/settings/format invalid"));
  EXPECT_THAT(faults_of(R"({"format":"pagerduty"})"),
              ElementsAre("/settings/routing_key required"));
  EXPECT_THAT(faults_of(R"({"format":"pagerduty","routing_key":"short"})"),
              ElementsAre("/settings/routing_key invalid"));
  EXPECT_THAT(faults_of(R"({"format":"opsgenie"})"), ElementsAre("/settings/api_key required"));
  EXPECT_THAT(faults_of(R"({"format":"opsgenie","api_key":"a b"})"),
              ElementsAre("/settings/api_key invalid"));
  EXPECT_THAT(faults_of(R"({"url":"https://example.com/?x","format":"opsgenie","api_key":"a"})"),
              ElementsAre("/settings/url invalid"));
  EXPECT_THAT(
    faults_of(R"({"format":"opsgenie","api_key":"a","headers":{"authorization":"Basic x"}})"),
    ElementsAre("/settings/headers/Authorization reserved"));
  EXPECT_THAT(faults_of(R"({"url":"https://example.com","routing_key":"x","api_key":"y"})"),
              ElementsAre("/settings/routing_key unknown_key", "/settings/api_key unknown_key"));
  EXPECT_THAT(faults_of(R"({"format":"opsgenie","api_key":"a","templates":{"*":{"body":"{}"}}})"),
              ElementsAre("/settings/templates unknown_key"));
}

TEST(pagerduty, gets_an_event_of_its_own_api) {
  auto request = request_for(pagerduty, sample_event());
  EXPECT_EQ(request.target->url, "https://events.pagerduty.com/v2/enqueue");
  EXPECT_EQ(
    request.body,
    R"({"routing_key":"0123456789abcdef0123456789ABCDEF","event_action":"trigger",)"
    R"("dedup_key":"tocsin-b04d68ab0df75d5e0cdbd2d5","client":"Tocsin","payload":{"severity":"error",)"
    R"("summary":"Deployment failed: my-app – It failed","source":"my-app",)"
    R"("timestamp":"2026-03-29T14:30:00Z","component":"my-app","group":"Acme Corp",)"
    R"("class":"deploy.failure","custom_details":{"delivery_id":"01KMX00VJ0AW6K4PF4W75P6737",)"
    R"("message":"It failed","details":{"image":"myapp:latest","duration_seconds":45.10}}}})");
}

TEST(pagerduty, goes_where_the_url_says) {
  auto request = request_for(
    R"({"url":"https://events.eu.pagerduty.com/v2/enqueue","format":"pagerduty","routing_key":"0123456789abcdef0123456789ABCDEF"})",
    sample_event());
  EXPECT_EQ(request.target->url, "https://events.eu.pagerduty.com/v2/enqueue");
}

TEST(pagerduty, resolves_what_the_same_service_and_family_triggered) {
  auto key
    = [](auto& x) { return json::value_to<std::string>(body_for(pagerduty, x)["dedup_key"]); };
  auto action = [](const accepted_event& x) {
    return json::value_to<std::string>(body_for(pagerduty, x)["event_action"]);
  };
  for (auto [down, up] : {std::pair{"service.health.down", "service.health.recovered"},
                          {"deploy.failure", "deploy.success"},
                          {"backup.failure", "backup.success"},
                          {"service.stopped", "service.started"}}) {
    auto first = event_of(down);
    auto second = event_of(up);
    EXPECT_EQ(action(first), "trigger") << down;
    EXPECT_EQ(action(second), "resolve") << up;
    EXPECT_EQ(key(first), key(second)) << up;
    second.value.service = "other";
    EXPECT_NE(key(first), key(second)) << up;
  }
  for (auto type : {"quota.warning", "quota.exceeded", "ssl.expiring", "test"})
    EXPECT_EQ(action(event_of(type)), "trigger") << type;
}

TEST(pagerduty, keeps_every_limit_whatever_an_event_says) {
  auto events = nasty_events();
  auto large = sample_event();
  large.value.details = R"({"x":")" + std::string(900'000, 'x') + R"("})";
  events.push_back(large);
  auto odd = sample_event();
  odd.value.details = "no JSON at all";
  events.push_back(odd);
  for (auto& event : events) {
    auto body = body_for(pagerduty, event);
    EXPECT_LE(json::serialize(body).size(), 512'000u);
    auto& payload = body["payload"].as_object();
    for (auto name : {"summary", "source"}) {
      auto text = json::value_to<std::string>(payload[name]);
      EXPECT_FALSE(text.empty());
      EXPECT_LE(measure(text, text_unit::code_points), 1024u);
    }
  }
}

TEST(opsgenie, gets_an_alert_of_its_own_api) {
  auto request = request_for(opsgenie, sample_event());
  EXPECT_EQ(request.target->url, "https://api.opsgenie.com/v2/alerts");
  EXPECT_THAT(request.target->headers,
              Contains("Authorization: GenieKey 11111111-2222-3333-4444-555555555555"));
  EXPECT_EQ(request.body,
            R"({"message":"Deployment failed: my-app","alias":"tocsin-b04d68ab0df75d5e0cdbd2d5",)"
            R"("description":"It failed","entity":"my-app","priority":"P2",)"
            R"("tags":["deploy.failure","Acme Corp"],"details":{"Service":"my-app",)"
            R"("Customer":"Acme Corp","Image":"myapp:latest","Duration seconds":"45.10",)"
            R"("Time":"2026-03-29 14:30:00 UTC"},"source":"Tocsin"})");
}

TEST(opsgenie, closes_an_alert_at_an_address_of_its_own) {
  auto request = request_for(opsgenie, event_of("deploy.success"));
  EXPECT_EQ(request.target->url, "https://api.opsgenie.com/v2/alerts/"
                                 "tocsin-b04d68ab0df75d5e0cdbd2d5/close?identifierType=alias");
  EXPECT_EQ(request.body,
            R"({"note":"Deployment succeeded: my-app\nIt failed","source":"Tocsin"})");
  EXPECT_THAT(request.target->headers, Contains(StartsWith("Authorization: GenieKey ")));
}

TEST(opsgenie, closes_an_alert_whether_or_not_its_url_ends_with_a_slash) {
  auto settings = R"({"format":"opsgenie","url":"https://alerts.example.com/v2/alerts/",
                      "api_key":"11111111-2222-3333-4444-555555555555"})";
  EXPECT_EQ(request_for(settings, event_of("deploy.success")).target->url,
            "https://alerts.example.com/v2/alerts/"
            "tocsin-b04d68ab0df75d5e0cdbd2d5/close?identifierType=alias");
}

TEST(opsgenie, keeps_every_limit_whatever_an_event_says) {
  for (auto& event : nasty_events()) {
    auto body = body_for(opsgenie, event);
    auto length = [&](const char* name) {
      return measure(json::value_to<std::string>(body[name]), text_unit::utf16);
    };
    EXPECT_GE(length("message"), 1u);
    EXPECT_LE(length("message"), 130u);
    EXPECT_LE(length("alias"), 250u);
    EXPECT_LE(length("description"), 15'000u);
    size_t details = 0;
    for (auto& x : body["details"].as_object())
      details += x.key().size() + json::value_to<std::string>(x.value()).size();
    EXPECT_LE(details, 4 * 8000u);
  }
}

TEST(every_alert, has_the_urgency_of_its_event) {
  for (auto [type, severity, priority] : {std::tuple{"service.health.down", "critical", "P1"},
                                          {"quota.exceeded", "error", "P2"},
                                          {"ssl.expiring", "warning", "P3"},
                                          {"test", "info", "P5"}}) {
    EXPECT_EQ(body_for(pagerduty, event_of(type))["payload"].at("severity"), severity);
    EXPECT_EQ(body_for(opsgenie, event_of(type))["priority"], priority);
  }
}

TEST(every_alert, is_judged_by_its_status) {
  for (auto settings : {pagerduty, opsgenie}) {
    auto made = make_adapter(channel_type::webhook, settings).value();
    auto kind_of = [&](int status) {
      wire_reply reply;
      reply.stage = attempt_stage::accepted;
      reply.code = status;
      return made->classify(reply).kind;
    };
    EXPECT_EQ(kind_of(202), outcome_class::delivered);
    EXPECT_EQ(kind_of(400), outcome_class::rejected);
    EXPECT_EQ(kind_of(403), outcome_class::retry);
    EXPECT_EQ(kind_of(429), outcome_class::throttled);
    for (auto status : {408, 500, 502, 503, 504})
      EXPECT_EQ(kind_of(status), outcome_class::retry) << status;
  }
}

} // namespace

} // namespace tocsin::channels
