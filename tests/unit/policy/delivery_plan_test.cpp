#include "policy/delivery_plan.hpp"
#include "policy/delivery_rules.hpp"

#include <gmock/gmock.h>

namespace tocsin::policy {

namespace {

using namespace std::chrono_literals;

const auto noon = *parse_rfc3339("2026-03-29T12:00:00Z");

channel_id id_of(uint8_t n) {
  channel_id result;
  result.bytes[15] = n;
  return result;
}

planning_channel channel_named(uint8_t n, std::vector<std::string> destinations = {""}) {
  planning_channel result;
  result.value.id = id_of(n);
  result.destinations = std::move(destinations);
  return result;
}

class delivery_plan : public testing::Test {
protected:
  delivery_plan() {
    who.value.id = {recipient_kind::admin, "ops"};
    who.channels = {channel_named(1)};
    x.type = "deploy.failure";
    x.service = "my-app";
    x.customer = "acme";
    x.message = "it broke";
  }

  std::vector<planned_delivery> plan(timestamp now = noon) {
    std::vector<planned_delivery> result;
    unreached.clear();
    plan_deliveries(x, who, now, result, unreached);
    return result;
  }

  suppression reason(timestamp now = noon) {
    auto result = plan(now);
    return result.empty() ? suppression::not_subscribed : result.front().reason;
  }

  event x;
  planning_recipient who;
  std::vector<unreached_recipient> unreached;
};

TEST_F(delivery_plan, follows_the_catalogue_where_a_channel_says_nothing) {
  EXPECT_EQ(plan().size(), 1u);
  x.type = "backup.success";
  EXPECT_TRUE(plan().empty());
  ASSERT_EQ(unreached.size(), 1u);
  EXPECT_EQ(unreached.front().reason, suppression::not_subscribed);
}

TEST_F(delivery_plan, follows_a_channel_s_own_choice) {
  who.channels[0].value.triggers["deploy.failure"] = {false, {}};
  EXPECT_TRUE(plan().empty());
  x.type = "backup.success";
  who.channels[0].value.triggers["backup.success"] = {true, {}};
  EXPECT_EQ(plan().size(), 1u);
}

TEST_F(delivery_plan, says_when_there_is_no_channel_at_all) {
  who.channels.clear();
  EXPECT_TRUE(plan().empty());
  EXPECT_EQ(unreached.front().reason, suppression::no_channel);
}

TEST_F(delivery_plan, makes_one_delivery_for_each_address) {
  who.channels = {channel_named(1, {"a@x", "b@x"}), channel_named(2)};
  auto result = plan();
  ASSERT_EQ(result.size(), 3u);
  EXPECT_EQ(result[0].destination, "a@x");
  EXPECT_EQ(result[1].destination, "b@x");
  EXPECT_EQ(result[2].channel, id_of(2));
}

TEST_F(delivery_plan, lets_a_trigger_s_address_override_the_channel_s) {
  who.channels = {channel_named(1, {"a@x"})};
  who.channels[0].value.triggers["deploy.failure"] = {true, {"oncall@x"}};
  EXPECT_EQ(plan().front().destination, "oncall@x");
}

TEST_F(delivery_plan, suppresses_with_the_reason) {
  auto& ch = who.channels[0].value;
  ch.enabled = false;
  EXPECT_EQ(reason(), suppression::channel_disabled);
  ch.enabled = true;
  ch.filters.customers.exclude = {"acme"};
  EXPECT_EQ(reason(), suppression::channel_filter);
  ch.filters = {};
  ch.filters.services.include = {"other"};
  EXPECT_EQ(reason(), suppression::channel_filter);
  ch.filters = {};
  who.wishes.services.exclude = {"my-app"};
  EXPECT_EQ(reason(), suppression::recipient_preference);
  who.wishes = {};
  who.wishes.event_types.include = {"ssl.expiring"};
  EXPECT_EQ(reason(), suppression::recipient_preference);
  who.wishes = {};
  EXPECT_EQ(reason(), suppression::none);
}

TEST_F(delivery_plan, is_silent_in_quiet_hours_but_for_critical_events) {
  who.wishes.quiet = quiet_hours{22 * 60, 7 * 60, 0, true};
  EXPECT_EQ(reason(noon), suppression::none);
  EXPECT_EQ(reason(noon + 11h), suppression::quiet_hours);
  x.type = "service.health.down";
  EXPECT_EQ(reason(noon + 11h), suppression::none);
  who.wishes.quiet->critical_bypass = false;
  EXPECT_EQ(reason(noon + 11h), suppression::quiet_hours);
}

TEST(quiet_hours, span_midnight_and_follow_the_recipient_s_offset) {
  quiet_hours night{22 * 60, 7 * 60, 0, true};
  EXPECT_TRUE(is_quiet(night, noon + 10h));
  EXPECT_FALSE(is_quiet(night, noon + 10h - 1min));
  EXPECT_TRUE(is_quiet(night, noon + 19h - 1min));
  EXPECT_FALSE(is_quiet(night, noon + 19h));
  night.utc_offset_minutes = -300;
  EXPECT_TRUE(is_quiet(night, noon - 1min));
  EXPECT_FALSE(is_quiet(night, noon));
  quiet_hours lunch{12 * 60, 13 * 60, 0, true};
  EXPECT_TRUE(is_quiet(lunch, noon));
  EXPECT_FALSE(is_quiet(lunch, noon + 1h));
}

TEST(concerns, admins_always_and_customers_by_their_own_services_only) {
  event x{"", "deploy.failure", "my-app", "Acme Corp", "", "m", ""};
  recipient admin{{recipient_kind::admin, "ops"}, "Ops", {}, false, {}, {}, 1};
  recipient acme{{recipient_kind::customer, "acme"}, "Acme Corp", {"my-app"}, true, {}, {}, 1};
  EXPECT_TRUE(concerns(x, admin));
  EXPECT_TRUE(concerns(x, acme));
  x.customer = "acme";
  EXPECT_TRUE(concerns(x, acme));
  x.service = "other";
  EXPECT_FALSE(concerns(x, acme));
  x.service.clear();
  EXPECT_TRUE(concerns(x, acme));
  x.customer = "Beta";
  EXPECT_FALSE(concerns(x, acme));
  x.customer.clear();
  acme.display_name.clear();
  EXPECT_FALSE(concerns(x, acme));
  x.customer = "acme";
  acme.portal_enabled = false;
  EXPECT_FALSE(concerns(x, acme));
}

} // namespace

} // namespace tocsin::policy
