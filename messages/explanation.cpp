#include "messages/explanation.hpp"

namespace tocsin {

std::string_view to_string(delivery_rule x) {
  switch (x) {
  case delivery_rule::recipient: return "recipient";
  case delivery_rule::portal_enabled: return "customer.portal_enabled";
  case delivery_rule::customer_services: return "customer.services";
  case delivery_rule::channel_triggers: return "channel.triggers";
  case delivery_rule::channel_enabled: return "channel.enabled";
  case delivery_rule::channel_customers: return "channel.filters.customers";
  case delivery_rule::channel_services: return "channel.filters.services";
  case delivery_rule::preferred_customers: return "preferences.customers";
  case delivery_rule::preferred_services: return "preferences.services";
  case delivery_rule::preferred_event_types: return "preferences.event_types";
  case delivery_rule::quiet_hours: return "preferences.quiet_hours";
  }
  return "unknown";
}

std::string_view to_string(rule_ground x) {
  switch (x) {
  case rule_ground::every_customer: return "every_customer";
  case rule_ground::customer_named: return "customer_named";
  case rule_ground::portal_on: return "portal_on";
  case rule_ground::no_service: return "no_service";
  case rule_ground::own_service: return "own_service";
  case rule_ground::on_by_default: return "on_by_default";
  case rule_ground::set_on: return "set_on";
  case rule_ground::enabled: return "enabled";
  case rule_ground::no_list: return "no_list";
  case rule_ground::included: return "included";
  case rule_ground::not_excluded: return "not_excluded";
  case rule_ground::no_quiet_hours: return "no_quiet_hours";
  case rule_ground::outside_quiet_hours: return "outside_quiet_hours";
  case rule_ground::critical_bypass: return "critical_bypass";
  case rule_ground::customer_not_named: return "customer_not_named";
  case rule_ground::portal_off: return "portal_off";
  case rule_ground::foreign_service: return "foreign_service";
  case rule_ground::off_by_default: return "off_by_default";
  case rule_ground::set_off: return "set_off";
  case rule_ground::disabled: return "disabled";
  case rule_ground::disabled_by_service: return "disabled_by_service";
  case rule_ground::not_included: return "not_included";
  case rule_ground::excluded: return "excluded";
  case rule_ground::within_quiet_hours: return "within_quiet_hours";
  }
  return "unknown";
}

std::string_view to_string(delivery_hold x) {
  switch (x) {
  case delivery_hold::parked: return "parked";
  case delivery_hold::breaker_open: return "breaker_open";
  case delivery_hold::provider_pause: return "provider_pause";
  case delivery_hold::operator_pause: return "operator_pause";
  }
  return "unknown";
}

} // namespace tocsin
