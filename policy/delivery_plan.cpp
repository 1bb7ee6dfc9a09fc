#include "policy/delivery_plan.hpp"

#include "messages/event_catalogue.hpp"
#include "policy/delivery_rules.hpp"

namespace tocsin::policy {

namespace {

/// Routing asks the rules for their verdict alone.
constexpr auto note_nothing = [](delivery_rule, rule_ground) {};

} // namespace

bool concerns(const event& x, const recipient& who) {
  return ask_recipient_rules(x, who, note_nothing);
}

const std::vector<std::string>& destinations_of(const planning_channel& x, std::string_view type) {
  auto i = x.value.triggers.find(type);
  return i != x.value.triggers.end() && !i->second.to.empty() ? i->second.to : x.destinations;
}

suppression reason_unreached(const planning_recipient& who) {
  return who.channels.empty() ? suppression::no_channel : suppression::not_subscribed;
}

void plan_deliveries(const event& x, const planning_recipient& who, timestamp now,
                     std::vector<planned_delivery>& deliveries,
                     std::vector<unreached_recipient>& unreached) {
  auto type = find_event_type(x.type);
  auto planned_before = deliveries.size();
  for (auto& ch : who.channels) {
    auto reason = type ? ask_channel_rules(x, *type, ch.value, who.wishes, now, note_nothing)
                       : suppression::not_subscribed;
    if (reason == suppression::not_subscribed)
      continue;
    for (auto& destination : destinations_of(ch, x.type))
      deliveries.push_back({ch.value.id, who.value.id, destination, reason});
  }
  if (deliveries.size() == planned_before)
    unreached.push_back({who.value.id, reason_unreached(who)});
}

} // namespace tocsin::policy
