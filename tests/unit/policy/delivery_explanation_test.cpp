#include "policy/delivery_explanation.hpp"
#include "policy/delivery_rules.hpp"

#include <gmock/gmock.h>

#include <random>

namespace tocsin::policy {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const auto noon_in_march = *parse_rfc3339("2026-03-29T12:00:00Z");

class delivery_explanation : public testing::Test {
protected:
  delivery_explanation() {
    who.value = {{recipient_kind::customer, "acme"}, "Acme Corp", {"my-app"}, true, {}, {}, 1};
    planning_channel hook;
    hook.value.name = "hook";
    hook.destinations = {""};
    who.channels = {hook};
    x = {"", "deploy.failure", "my-app", "acme", "", "it broke", ""};
  }

  recipient_explanation explain(timestamp at = noon_in_march) {
    return explain_delivery(x, *find_event_type(x.type), who, at);
  }

  /// The only channel's explanation; the event has to concern the recipient.
  channel_explanation at_channel(timestamp at = noon_in_march) {
    auto result = explain(at);
    EXPECT_EQ(result.channels.size(), 1u);
    return result.channels.empty() ? channel_explanation{} : result.channels.front();
  }

  /// The finding that decided about the channel.
  rule_finding decided(timestamp at = noon_in_march) { return at_channel(at).rules.back(); }

  channel& hook() { return who.channels.front().value; }

  event x;
  planning_recipient who;
};

TEST_F(delivery_explanation, names_every_rule_in_order_where_the_event_is_delivered) {
  auto result = explain();
  EXPECT_TRUE(result.is_concerned);
  EXPECT_EQ(result.unreached, suppression::none);
  std::vector<delivery_rule> rules;
  for (auto& finding : result.rules)
    rules.push_back(finding.rule);
  for (auto& finding : result.channels.at(0).rules)
    rules.push_back(finding.rule);
  using enum delivery_rule;
  EXPECT_EQ(rules,
            (std::vector{recipient, portal_enabled, customer_services, channel_triggers,
                         channel_enabled, channel_customers, channel_services, preferred_customers,
                         preferred_services, preferred_event_types, delivery_rule::quiet_hours}));
}

TEST_F(delivery_explanation, tells_why_an_event_does_not_concern_a_customer) {
  x.service = "other";
  EXPECT_FALSE(explain().is_concerned);
  EXPECT_TRUE(explain().channels.empty());
  EXPECT_EQ(explain().rules.back().ground, rule_ground::foreign_service);
  EXPECT_THAT(explain().rules.back().detail, HasSubstr("'other'"));
  who.value.portal_enabled = false;
  EXPECT_EQ(explain().rules.back().ground, rule_ground::portal_off);
  x.customer = "Beta";
  EXPECT_EQ(explain().rules.back().ground, rule_ground::customer_not_named);
  EXPECT_EQ(explain().rules.size(), 1u);
}

TEST_F(delivery_explanation, tells_which_events_concern_whom) {
  x.service = "";
  EXPECT_EQ(explain().rules.back().ground, rule_ground::no_service);
  x.service = "my-app";
  EXPECT_EQ(explain().rules.back().ground, rule_ground::own_service);
  who.value.id.kind = recipient_kind::admin;
  EXPECT_EQ(explain().rules.size(), 1u);
  EXPECT_EQ(explain().rules.back().ground, rule_ground::every_customer);
}

TEST_F(delivery_explanation, tells_a_trigger_that_is_set_from_a_default) {
  EXPECT_EQ(at_channel().rules.front().ground, rule_ground::on_by_default);
  hook().triggers["deploy.failure"] = {true, {}};
  EXPECT_EQ(at_channel().rules.front().ground, rule_ground::set_on);
  hook().triggers["deploy.failure"] = {false, {}};
  EXPECT_EQ(decided().ground, rule_ground::set_off);
  EXPECT_EQ(at_channel().reason, suppression::not_subscribed);
  EXPECT_EQ(explain().unreached, suppression::not_subscribed);
  x.type = "backup.success";
  EXPECT_EQ(decided().ground, rule_ground::off_by_default);
}

TEST_F(delivery_explanation, tells_when_there_is_no_channel_at_all) {
  who.channels.clear();
  EXPECT_TRUE(explain().is_concerned);
  EXPECT_EQ(explain().unreached, suppression::no_channel);
}

TEST_F(delivery_explanation, tells_a_channel_that_people_disabled_from_one_that_is_dead) {
  hook().enabled = false;
  EXPECT_EQ(decided().ground, rule_ground::disabled);
  EXPECT_EQ(at_channel().reason, suppression::channel_disabled);
  hook().disabled_reason = "404 no_service";
  EXPECT_EQ(decided().ground, rule_ground::disabled_by_service);
  EXPECT_THAT(decided().detail, HasSubstr("404 no_service"));
}

TEST_F(delivery_explanation, names_the_list_that_keeps_an_event) {
  hook().filters.customers.include = {"beta"};
  EXPECT_EQ(decided().rule, delivery_rule::channel_customers);
  EXPECT_EQ(decided().ground, rule_ground::not_included);
  EXPECT_EQ(at_channel().reason, suppression::channel_filter);
  hook().filters = {};
  hook().filters.services.exclude = {"my-app"};
  EXPECT_EQ(decided().rule, delivery_rule::channel_services);
  EXPECT_EQ(decided().ground, rule_ground::excluded);
  hook().filters = {};
  who.wishes.customers.exclude = {"acme"};
  EXPECT_EQ(decided().rule, delivery_rule::preferred_customers);
  EXPECT_EQ(at_channel().reason, suppression::recipient_preference);
  who.wishes.customers = {};
  who.wishes.services.include = {"other"};
  EXPECT_EQ(decided().rule, delivery_rule::preferred_services);
  who.wishes.services = {};
  who.wishes.event_types.exclude = {"deploy.failure"};
  EXPECT_EQ(decided().rule, delivery_rule::preferred_event_types);
  EXPECT_THAT(decided().detail, HasSubstr("'deploy.failure' is among those to exclude"));
}

TEST_F(delivery_explanation, says_when_quiet_hours_end_and_in_which_zone) {
  who.wishes.quiet = quiet_hours{22 * 60, 7 * 60, 120, true};
  EXPECT_EQ(decided(noon_in_march).ground, rule_ground::outside_quiet_hours);
  EXPECT_FALSE(decided(noon_in_march).until);
  auto night = noon_in_march + 9h + 30min;
  EXPECT_EQ(decided(night).ground, rule_ground::within_quiet_hours);
  EXPECT_EQ(at_channel(night).reason, suppression::quiet_hours);
  EXPECT_EQ(decided(night).until, noon_in_march + 17h);
  EXPECT_THAT(decided(night).detail,
              HasSubstr("it is 23:30 (UTC+02:00), and quiet hours are from 22:00 to 07:00"));
  // After midnight there.
  EXPECT_EQ(decided(noon_in_march + 14h).until, noon_in_march + 17h);
  who.wishes.quiet->utc_offset_minutes = -330;
  EXPECT_THAT(decided(noon_in_march + 17h).detail, HasSubstr("23:30 (UTC-05:30)"));
}

TEST_F(delivery_explanation, tells_that_critical_events_pass_quiet_hours) {
  who.wishes.quiet = quiet_hours{11 * 60, 13 * 60, 0, true};
  x.type = "service.health.down";
  EXPECT_EQ(decided().ground, rule_ground::critical_bypass);
  EXPECT_EQ(at_channel().reason, suppression::none);
  who.wishes.quiet->critical_bypass = false;
  EXPECT_EQ(decided().ground, rule_ground::within_quiet_hours);
  EXPECT_THAT(decided().detail, HasSubstr("nothing passes them"));
}

TEST_F(delivery_explanation, tells_the_addresses_of_a_trigger_from_those_of_the_channel) {
  who.channels.front().destinations = {"a@example.com", "b@example.com"};
  EXPECT_FALSE(at_channel().is_addressed_by_trigger);
  EXPECT_EQ(at_channel().destinations.size(), 2u);
  hook().triggers["deploy.failure"] = {true, {"night@example.com"}};
  EXPECT_TRUE(at_channel().is_addressed_by_trigger);
  EXPECT_EQ(at_channel().destinations, (std::vector<std::string>{"night@example.com"}));
}

/// Makes recipients of all kinds, so that each rule lets pass and stops in some of them.
class random_world {
public:
  explicit random_world(uint32_t seed) : random_(seed) {}

  bool one_in(unsigned n) { return random_() % n == 0; }

  event make_event() {
    constexpr std::array types{"deploy.failure", "backup.success", "service.health.down"};
    return {"",
            types[random_() % types.size()],
            pick({"", "app", "web"}),
            pick({"", "acme", "Acme Corp", "beta"}),
            "",
            "m",
            ""};
  }

  planning_recipient make_recipient() {
    planning_recipient result;
    result.value = {{one_in(2) ? recipient_kind::admin : recipient_kind::customer, "acme"},
                    "Acme Corp",
                    {"app"},
                    !one_in(4),
                    {},
                    {},
                    1};
    result.wishes = {result.value.id,
                     list(8, {"acme", "beta"}),
                     list(8, {"app", "web"}),
                     list(8, {"deploy.failure", "backup.success"}),
                     {},
                     0};
    if (one_in(3))
      result.wishes.quiet = quiet_hours{minute(), minute(), 60, one_in(2)};
    for (auto count = random_() % 4; count > 0; --count)
      result.channels.push_back(make_channel());
    return result;
  }

  timestamp make_time() { return noon_in_march + std::chrono::minutes{random_() % 1440}; }

private:
  uint16_t minute() { return static_cast<uint16_t>(random_() % 1440); }

  std::string pick(std::vector<std::string> from) { return from[random_() % from.size()]; }

  selection list(unsigned rarity, const std::vector<std::string>& names) {
    selection result;
    if (one_in(rarity))
      result.include = {pick(names)};
    if (one_in(rarity))
      result.exclude = {pick(names)};
    return result;
  }

  planning_channel make_channel() {
    planning_channel result;
    result.value.id.bytes[15] = static_cast<uint8_t>(++channels_);
    result.value.enabled = !one_in(6);
    result.value.filters = {list(8, {"acme", "beta"}), list(8, {"app", "web"})};
    result.destinations = {""};
    if (one_in(3))
      result.destinations = {"a@x", "b@x"};
    if (one_in(3))
      result.value.triggers["deploy.failure"] = {one_in(2), {}};
    if (one_in(3))
      result.value.triggers["backup.success"] = {true, {"c@x"}};
    return result;
  }

  std::mt19937 random_;
  unsigned channels_ = 0;
};

TEST(delivery_explanations, agree_with_what_routing_plans) {
  random_world make{20260329};
  std::map<suppression, size_t> seen;
  for (auto round = 0; round < 20'000; ++round) {
    auto x = make.make_event();
    auto who = make.make_recipient();
    auto at = make.make_time();
    auto told = explain_delivery(x, *find_event_type(x.type), who, at);
    ASSERT_EQ(told.is_concerned, concerns(x, who.value));
    std::vector<planned_delivery> planned;
    std::vector<unreached_recipient> unreached;
    if (told.is_concerned)
      plan_deliveries(x, who, at, planned, unreached);
    ASSERT_EQ(told.unreached, unreached.empty() ? suppression::none : unreached[0].reason);
    auto next = planned.begin();
    for (auto& ch : told.channels) {
      ++seen[ch.reason];
      auto is_last = [](auto& finding) { return !lets_pass(finding.ground); };
      auto stopped = std::find_if(ch.rules.begin(), ch.rules.end(), is_last);
      ASSERT_EQ(stopped == ch.rules.end(), ch.reason == suppression::none);
      ASSERT_TRUE(stopped == ch.rules.end() || stopped + 1 == ch.rules.end());
      for (auto& destination : ch.destinations) {
        ASSERT_NE(next, planned.end());
        ASSERT_EQ(next->channel, ch.channel);
        ASSERT_EQ(next->destination, destination);
        ASSERT_EQ(next->reason, ch.reason);
        ++next;
      }
    }
    ASSERT_EQ(next, planned.end());
  }
  for (auto reason :
       {suppression::none, suppression::channel_disabled, suppression::channel_filter,
        suppression::recipient_preference, suppression::quiet_hours, suppression::not_subscribed})
    EXPECT_GT(seen[reason], 100u) << to_string(reason);
}

TEST(lists, let_everything_through_unless_they_name_something) {
  EXPECT_EQ(weigh_list({}, "x"), rule_ground::no_list);
  EXPECT_EQ(weigh_list({{"x"}, {}}, "x"), rule_ground::included);
  EXPECT_EQ(weigh_list({{"x"}, {}}, "y"), rule_ground::not_included);
  EXPECT_EQ(weigh_list({{}, {"x"}}, "x"), rule_ground::excluded);
  EXPECT_EQ(weigh_list({{}, {"x"}}, "y"), rule_ground::not_excluded);
  EXPECT_EQ(weigh_list({{"x"}, {"x"}}, "x"), rule_ground::excluded);
}

} // namespace

} // namespace tocsin::policy
