#pragma once

#include "messages/channel.hpp"
#include "messages/event.hpp"
#include "messages/event_catalogue.hpp"
#include "messages/explanation.hpp"
#include "messages/recipient.hpp"
#include "messages/timestamp.hpp"

#include <cstdint>
#include <string_view>

namespace tocsin::policy {

// What each rule finds. None of them allocates.

rule_ground weigh_customer(const event& x, const recipient& who);
rule_ground weigh_service(const event& x, const recipient& who);
/// A trigger of the channel's own or the default of the type.
rule_ground weigh_trigger(const channel& ch, const event_type_info& type);
rule_ground weigh_enabled(const channel& ch);
rule_ground weigh_list(const selection& list, std::string_view value);
rule_ground weigh_hours(const preference& wishes, const event_type_info& type, timestamp now);

/// The minute of the day that it is at `now` where the quiet hours are meant.
int64_t local_minute(const quiet_hours& hours, timestamp now);

/// Whether `now` lies in the quiet hours.
bool is_quiet(const quiet_hours& hours, timestamp now);

/// Whether an event concerns a recipient: admins by every event, a customer by the events that name
/// it, while its portal is enabled and the service, where there is one, is its own.
///
/// Each rule that is asked is told to `note(delivery_rule, rule_ground)`. Routing notes nothing, an
/// explanation all; so both go by the same rules.
template <class Note>
bool ask_recipient_rules(const event& x, const recipient& who, Note note) {
  using enum delivery_rule;
  auto passes = [&note](delivery_rule rule, rule_ground found) {
    note(rule, found);
    return lets_pass(found);
  };
  if (!passes(recipient, weigh_customer(x, who)))
    return false;
  if (who.id.kind == recipient_kind::admin)
    return true;
  return passes(portal_enabled,
                who.portal_enabled ? rule_ground::portal_on : rule_ground::portal_off)
         && passes(customer_services, weigh_service(x, who));
}

/// What keeps the channel from the event; `not_subscribed` where it does not want it. `note` as
/// above.
template <class Note>
suppression ask_channel_rules(const event& x, const event_type_info& type, const channel& ch,
                              const preference& wishes, timestamp now, Note note) {
  using enum delivery_rule;
  auto passes = [&note](delivery_rule rule, rule_ground found) {
    note(rule, found);
    return lets_pass(found);
  };
  if (!passes(channel_triggers, weigh_trigger(ch, type)))
    return suppression::not_subscribed;
  if (!passes(channel_enabled, weigh_enabled(ch)))
    return suppression::channel_disabled;
  if (!passes(channel_customers, weigh_list(ch.filters.customers, x.customer))
      || !passes(channel_services, weigh_list(ch.filters.services, x.service)))
    return suppression::channel_filter;
  if (!passes(preferred_customers, weigh_list(wishes.customers, x.customer))
      || !passes(preferred_services, weigh_list(wishes.services, x.service))
      || !passes(preferred_event_types, weigh_list(wishes.event_types, x.type)))
    return suppression::recipient_preference;
  if (!passes(delivery_rule::quiet_hours, weigh_hours(wishes, type, now)))
    return suppression::quiet_hours;
  return suppression::none;
}

} // namespace tocsin::policy
