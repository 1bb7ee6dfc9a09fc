#include "policy/delivery_explanation.hpp"

#include "policy/delivery_rules.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

namespace tocsin::policy {

namespace {

constexpr auto minutes_per_day = 24 * 60;

/// A time of day as people write it: `07:00`.
std::string clock_text(int64_t minute) {
  return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

/// `UTC+02:00`.
std::string zone_text(int16_t offset_minutes) {
  auto size = std::abs(static_cast<int>(offset_minutes));
  return fmt::format("UTC{}{}", offset_minutes < 0 ? '-' : '+', clock_text(size));
}

/// When the quiet hours end in which `at` lies.
timestamp end_of(const quiet_hours& hours, timestamp at) {
  auto left = (hours.until_minute - local_minute(hours, at) + minutes_per_day) % minutes_per_day;
  return std::chrono::floor<std::chrono::minutes>(at) + std::chrono::minutes{left};
}

std::string hours_text(rule_ground found, const preference& wishes, timestamp at) {
  if (found == rule_ground::no_quiet_hours)
    return "there are no quiet hours";
  auto& hours = *wishes.quiet;
  auto text = fmt::format("it is {} ({}), and quiet hours are from {} to {}",
                          clock_text(local_minute(hours, at)), zone_text(hours.utc_offset_minutes),
                          clock_text(hours.from_minute), clock_text(hours.until_minute));
  if (found == rule_ground::critical_bypass)
    text += "; critical events pass them";
  if (found == rule_ground::within_quiet_hours)
    text += hours.critical_bypass ? "; only critical events pass them" : "; nothing passes them";
  return text;
}

/// What a list of `what` (`customer`) says of `value`, which is empty where the event has none.
std::string list_text(rule_ground found, std::string_view what, std::string_view value) {
  auto named = value.empty() ? fmt::format("an event without {}", what)
                             : fmt::format("the {} '{}'", what, value);
  switch (found) {
  case rule_ground::included: return fmt::format("{} is among those to include", named);
  case rule_ground::not_included: return fmt::format("{} is not among those to include", named);
  case rule_ground::excluded: return fmt::format("{} is among those to exclude", named);
  case rule_ground::not_excluded: return fmt::format("{} is not among those to exclude", named);
  default: return "nothing is included or excluded by name";
  }
}

/// What the rules that are about a recipient say of an event.
std::string recipient_text(rule_ground found, const event& x) {
  switch (found) {
  case rule_ground::every_customer: return "an admin gets the events of all customers";
  case rule_ground::customer_named: return "the event names the customer";
  case rule_ground::portal_on: return "the portal is enabled for the customer";
  case rule_ground::portal_off: return "the portal is not enabled for the customer";
  case rule_ground::no_service: return "the event is about no service";
  case rule_ground::own_service: return fmt::format("'{}' is its service", x.service);
  case rule_ground::foreign_service: return fmt::format("'{}' is not its service", x.service);
  default: return "the event does not name the customer";
  }
}

/// What the rules say of an event at one channel.
struct channel_texts {
  const event& x;
  const channel& ch;
  const preference& wishes;
  timestamp at;

  std::string operator()(delivery_rule rule, rule_ground found) const {
    switch (rule) {
    case delivery_rule::channel_triggers: return trigger_text(found);
    case delivery_rule::channel_enabled: return enabled_text(found);
    case delivery_rule::channel_customers:
    case delivery_rule::preferred_customers: return list_text(found, "customer", x.customer);
    case delivery_rule::channel_services:
    case delivery_rule::preferred_services: return list_text(found, "service", x.service);
    case delivery_rule::preferred_event_types: return list_text(found, "event type", x.type);
    default: return hours_text(found, wishes, at);
    }
  }

private:
  std::string trigger_text(rule_ground found) const {
    switch (found) {
    case rule_ground::set_on: return fmt::format("'{}' is turned on for the channel", x.type);
    case rule_ground::set_off: return fmt::format("'{}' is turned off for the channel", x.type);
    case rule_ground::on_by_default:
      return fmt::format("'{}' is on by default, and the channel says nothing else", x.type);
    default:
      return fmt::format("'{}' is off by default, and the channel says nothing else", x.type);
    }
  }

  std::string enabled_text(rule_ground found) const {
    if (found == rule_ground::enabled)
      return "the channel is enabled";
    return found == rule_ground::disabled
             ? "the channel is disabled"
             : "the service has disabled the channel: " + ch.disabled_reason;
  }
};

channel_explanation explain_channel(const event& x, const event_type_info& type,
                                    const planning_channel& ch, const preference& wishes,
                                    timestamp at) {
  channel_explanation result;
  result.channel = ch.value.id;
  result.name = ch.value.name;
  result.type = ch.value.type;
  channel_texts text_of{x, ch.value, wishes, at};
  result.reason
    = ask_channel_rules(x, type, ch.value, wishes, at, [&](delivery_rule rule, rule_ground found) {
        rule_finding finding{rule, found, text_of(rule, found)};
        if (found == rule_ground::within_quiet_hours)
          finding.until = end_of(*wishes.quiet, at);
        result.rules.push_back(std::move(finding));
      });
  if (result.reason == suppression::not_subscribed)
    return result;
  auto& destinations = destinations_of(ch, x.type);
  result.is_addressed_by_trigger = &destinations != &ch.destinations;
  result.destinations = destinations;
  return result;
}

} // namespace

recipient_explanation explain_delivery(const event& x, const event_type_info& type,
                                       const planning_recipient& who, timestamp at) {
  recipient_explanation result;
  result.recipient = who.value.id;
  result.display_name = who.value.display_name;
  result.is_concerned
    = ask_recipient_rules(x, who.value, [&](delivery_rule rule, rule_ground found) {
        result.rules.push_back({rule, found, recipient_text(found, x)});
      });
  if (!result.is_concerned)
    return result;
  auto deliveries = size_t{0};
  for (auto& ch : who.channels) {
    result.channels.push_back(explain_channel(x, type, ch, who.wishes, at));
    deliveries += result.channels.back().destinations.size();
  }
  if (deliveries == 0)
    result.unreached = reason_unreached(who);
  return result;
}

} // namespace tocsin::policy
