#include "policy/delivery_plan.hpp"

#include "messages/event_catalogue.hpp"

#include <algorithm>
#include <chrono>

namespace tocsin::policy {

namespace {

/// Whether the channel wants events of this type, by its own choice or by the default.
bool is_triggered(const channel& x, const event_type_info& type) {
  auto i = x.triggers.find(type.name);
  return i != x.triggers.end() ? i->second.on : type.on_by_default;
}

/// What keeps a channel from an event that it wants.
suppression reason_against(const event& x, const event_type_info& type, const channel& ch,
                           const preference& wishes, timestamp now) {
  if (!ch.enabled)
    return suppression::channel_disabled;
  if (!ch.filters.customers.allows(x.customer) || !ch.filters.services.allows(x.service))
    return suppression::channel_filter;
  if (!wishes.customers.allows(x.customer) || !wishes.services.allows(x.service)
      || !wishes.event_types.allows(x.type))
    return suppression::recipient_preference;
  auto bypass = type.severity == event_severity::critical;
  if (wishes.quiet && is_quiet(*wishes.quiet, now) && !(bypass && wishes.quiet->critical_bypass))
    return suppression::quiet_hours;
  return suppression::none;
}

const std::vector<std::string>& destinations_of(const planning_channel& x, std::string_view type) {
  auto i = x.value.triggers.find(type);
  return i != x.value.triggers.end() && !i->second.to.empty() ? i->second.to : x.destinations;
}

} // namespace

bool concerns(const event& x, const recipient& who) {
  if (who.id.kind == recipient_kind::admin)
    return true;
  auto named = x.customer == who.id.name || x.customer == who.display_name;
  auto own
    = x.service.empty()
      || std::find(who.services.begin(), who.services.end(), x.service) != who.services.end();
  return who.portal_enabled && !x.customer.empty() && named && own;
}

void plan_deliveries(const event& x, const planning_recipient& who, timestamp now,
                     std::vector<planned_delivery>& deliveries,
                     std::vector<unreached_recipient>& unreached) {
  auto type = find_event_type(x.type);
  auto planned_before = deliveries.size();
  for (auto& ch : who.channels) {
    if (!type || !is_triggered(ch.value, *type))
      continue;
    auto reason = reason_against(x, *type, ch.value, who.wishes, now);
    for (auto& destination : destinations_of(ch, x.type))
      deliveries.push_back({ch.value.id, who.value.id, destination, reason});
  }
  if (deliveries.size() == planned_before)
    unreached.push_back(
      {who.value.id, who.channels.empty() ? suppression::no_channel : suppression::not_subscribed});
}

bool is_quiet(const quiet_hours& hours, timestamp now) {
  auto local = now + std::chrono::minutes{hours.utc_offset_minutes};
  auto midnight = std::chrono::floor<std::chrono::days>(local);
  auto minute = std::chrono::floor<std::chrono::minutes>(local - midnight).count();
  if (hours.from_minute <= hours.until_minute)
    return minute >= hours.from_minute && minute < hours.until_minute;
  return minute >= hours.from_minute || minute < hours.until_minute;
}

} // namespace tocsin::policy
