#include "tests/unit/http/router_fixture.hpp"

namespace tocsin::http {

namespace {

using strings = std::vector<std::string>;

const std::string path = "/api/v1/events/explain";
const std::string explained_event = R"({"event":"deploy.failure","message":"m"})";

class explain_routes_test : public router_fixture {
protected:
  explain_routes_test() {
    channel_explanation mails;
    mails.channel = channel_id{channel_id{}.plus(7)};
    mails.name = "mails";
    mails.type = channel_type::email;
    mails.reason = suppression::quiet_hours;
    mails.destinations = {"night@example.com"};
    mails.is_addressed_by_trigger = true;
    mails.rules = {{delivery_rule::channel_triggers, rule_ground::set_on, "on"},
                   {delivery_rule::quiet_hours, rule_ground::within_quiet_hours, "late",
                    parse_rfc3339("2026-03-30T07:00:00Z")}};
    channel_explanation hook;
    hook.channel = channel_id{channel_id{}.plus(8)};
    hook.name = "hook";
    hook.destinations = {""};
    hook.rules = {{delivery_rule::channel_triggers, rule_ground::on_by_default, "on"}};
    hook.holds = {{delivery_hold::parked, "waits"}};
    recipient_explanation ops;
    ops.recipient = {recipient_kind::admin, "ops"};
    ops.display_name = "Ops";
    ops.is_concerned = true;
    ops.rules = {{delivery_rule::recipient, rule_ground::every_customer, "all"}};
    ops.channels = {mails, hook};
    world().explanation = {
      "deploy.failure", event_severity::error, *parse_rfc3339("2026-03-29T23:00:00Z"), {}, {ops}};
  }

  boost::json::value ask() {
    auto reply = send(method::post, path, explained_event);
    EXPECT_EQ(reply.status, 200u) << reply.body;
    return json_of(reply).at("recipients").at(0);
  }

  recipient_explanation& ops() { return world().explanation.recipients[0]; }
};

TEST_F(explain_routes_test, show_every_rule_with_its_ground) {
  auto reply = send(method::post, path, explained_event);
  EXPECT_EQ(
    reply.body,
    R"({"event":"deploy.failure","severity":"error","at":"2026-03-29T23:00:00Z","customer":null,)"
    R"("recipients":[{"recipient":"admin/ops","display_name":"Ops","decision":"deliver","reason":null,)"
    R"("rules":[{"rule":"recipient","passes":true,"ground":"every_customer","detail":"all","until":null}],)"
    R"("channels":[{"id":"00000000000000000000000007","name":"mails","type":"email",)"
    R"("decision":"suppress","reason":"quiet_hours","destinations":["night@example.com"],)"
    R"("destinations_from":"trigger","rules":[)"
    R"({"rule":"channel.triggers","passes":true,"ground":"set_on","detail":"on","until":null},)"
    R"({"rule":"preferences.quiet_hours","passes":false,"ground":"within_quiet_hours",)"
    R"("detail":"late","until":"2026-03-30T07:00:00Z"}],"holds":[]},)"
    R"({"id":"00000000000000000000000008","name":"hook","type":"webhook","decision":"deliver",)"
    R"("reason":null,"destinations":[],"destinations_from":"channel","rules":[)"
    R"({"rule":"channel.triggers","passes":true,"ground":"on_by_default","detail":"on","until":null}],)"
    R"("holds":[{"kind":"parked","detail":"waits","until":null}]}]}]})");
}

TEST_F(explain_routes_test, sum_up_what_becomes_of_a_recipient) {
  EXPECT_EQ(ask().at("decision").as_string(), "deliver");
  ops().channels.pop_back();
  EXPECT_EQ(ask().at("decision").as_string(), "suppress");
  EXPECT_EQ(ask().at("reason").as_string(), "quiet_hours");
  ops().channels[0].reason = suppression::not_subscribed;
  ops().channels[0].destinations.clear();
  ops().unreached = suppression::not_subscribed;
  EXPECT_EQ(ask().at("decision").as_string(), "unreached");
  EXPECT_EQ(ask().at("reason").as_string(), "not_subscribed");
  EXPECT_EQ(ask().at("channels").at(0).at("decision").as_string(), "not_concerned");
  ops().is_concerned = false;
  ops().rules = {{delivery_rule::portal_enabled, rule_ground::portal_off, "off"}};
  EXPECT_EQ(ask().at("decision").as_string(), "not_concerned");
  EXPECT_EQ(ask().at("reason").as_string(), "portal_off");
}

TEST_F(explain_routes_test, pass_on_the_moment_that_is_asked_about) {
  send(method::post, path, explained_event);
  EXPECT_FALSE(world().questions.back().at);
  EXPECT_EQ(send(method::post, path + "?time=2026-03-29T23:00:00%2B02:00", explained_event).status,
            200u);
  EXPECT_EQ(world().questions.back().at, parse_rfc3339("2026-03-29T21:00:00Z"));
  EXPECT_EQ(send(method::post, path + "?time=soon", explained_event).status, 422u);
  EXPECT_EQ(send(method::post, path + "?when=now", explained_event).status, 422u);
}

TEST_F(explain_routes_test, refuse_what_events_are_refused_for) {
  auto wrong = R"({"event":1,"details":[],"more":2})";
  auto sent = send(method::post, "/api/v1/events", wrong);
  auto asked = send(method::post, path, wrong);
  EXPECT_EQ(asked.status, 422u);
  EXPECT_FALSE(errors_of(asked).empty());
  EXPECT_EQ(errors_of(asked), errors_of(sent));
  EXPECT_EQ(send(method::post, path, "{").status, 400u);
  EXPECT_EQ(send(method::post, path, "[" + explained_event + "]").status, 422u);
  EXPECT_EQ(send(method::post, path, R"({"event":"unheard.of","message":"m"})").status, 422u);
}

TEST_F(explain_routes_test, hide_addresses_from_those_who_may_not_see_them) {
  auto plain = send(method::post, path, explained_event, "reader");
  EXPECT_EQ(plain.status, 200u);
  EXPECT_EQ(plain.body.find("night@example.com"), std::string::npos);
  EXPECT_NE(plain.body.find(R"("destinations":["[masked]"])"), std::string::npos);
  EXPECT_NE(send(method::post, path, explained_event, "seer").body.find("night@example.com"),
            std::string::npos);
}

} // namespace

} // namespace tocsin::http
