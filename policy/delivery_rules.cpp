#include "policy/delivery_rules.hpp"

#include <algorithm>
#include <chrono>

namespace tocsin::policy {

namespace {

bool has(const std::vector<std::string>& xs, std::string_view value) {
  return std::find(xs.begin(), xs.end(), value) != xs.end();
}

} // namespace

rule_ground weigh_customer(const event& x, const recipient& who) {
  if (who.id.kind == recipient_kind::admin)
    return rule_ground::every_customer;
  auto named = !x.customer.empty() && (x.customer == who.id.name || x.customer == who.display_name);
  return named ? rule_ground::customer_named : rule_ground::customer_not_named;
}

rule_ground weigh_service(const event& x, const recipient& who) {
  if (x.service.empty())
    return rule_ground::no_service;
  return has(who.services, x.service) ? rule_ground::own_service : rule_ground::foreign_service;
}

rule_ground weigh_trigger(const channel& ch, const event_type_info& type) {
  if (auto i = ch.triggers.find(type.name); i != ch.triggers.end())
    return i->second.on ? rule_ground::set_on : rule_ground::set_off;
  return type.on_by_default ? rule_ground::on_by_default : rule_ground::off_by_default;
}

rule_ground weigh_enabled(const channel& ch) {
  if (ch.enabled)
    return rule_ground::enabled;
  return ch.disabled_reason.empty() ? rule_ground::disabled : rule_ground::disabled_by_service;
}

rule_ground weigh_list(const selection& list, std::string_view value) {
  if (!list.include.empty() && !has(list.include, value))
    return rule_ground::not_included;
  if (has(list.exclude, value))
    return rule_ground::excluded;
  if (!list.include.empty())
    return rule_ground::included;
  return list.exclude.empty() ? rule_ground::no_list : rule_ground::not_excluded;
}

rule_ground weigh_hours(const preference& wishes, const event_type_info& type, timestamp now) {
  if (!wishes.quiet)
    return rule_ground::no_quiet_hours;
  if (!is_quiet(*wishes.quiet, now))
    return rule_ground::outside_quiet_hours;
  return type.severity == event_severity::critical && wishes.quiet->critical_bypass
           ? rule_ground::critical_bypass
           : rule_ground::within_quiet_hours;
}

int64_t local_minute(const quiet_hours& hours, timestamp now) {
  auto local = now + std::chrono::minutes{hours.utc_offset_minutes};
  auto midnight = std::chrono::floor<std::chrono::days>(local);
  return std::chrono::floor<std::chrono::minutes>(local - midnight).count();
}

bool is_quiet(const quiet_hours& hours, timestamp now) {
  auto minute = local_minute(hours, now);
  if (hours.from_minute <= hours.until_minute)
    return minute >= hours.from_minute && minute < hours.until_minute;
  return minute >= hours.from_minute || minute < hours.until_minute;
}

} // namespace tocsin::policy
