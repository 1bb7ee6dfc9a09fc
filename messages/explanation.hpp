#pragma once

#include "messages/channel.hpp"
#include "messages/delivery.hpp"
#include "messages/event_catalogue.hpp"
#include "messages/ids.hpp"
#include "messages/recipient.hpp"
#include "messages/timestamp.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

/// What is asked before an event goes out through a channel, in this order. The first rule that
/// speaks against it decides. They are named after the API members that set them.
enum class delivery_rule : uint8_t {
  /// Whether the event is about the recipient at all.
  recipient = 1,
  portal_enabled,
  customer_services,
  channel_triggers,
  channel_enabled,
  channel_customers,
  channel_services,
  preferred_customers,
  preferred_services,
  preferred_event_types,
  quiet_hours,
};

/// For example `channel.triggers` or `preferences.quiet_hours`.
std::string_view to_string(delivery_rule x);

/// What a rule found.
enum class rule_ground : uint8_t {
  // These let the event go on.
  every_customer = 1,
  customer_named,
  portal_on,
  no_service,
  own_service,
  on_by_default,
  set_on,
  enabled,
  no_list,
  included,
  not_excluded,
  no_quiet_hours,
  outside_quiet_hours,
  critical_bypass,
  // These stop it.
  customer_not_named = 100,
  portal_off,
  foreign_service,
  off_by_default,
  set_off,
  disabled,
  disabled_by_service,
  not_included,
  excluded,
  within_quiet_hours,
};

/// For example `set_on` or `within_quiet_hours`.
std::string_view to_string(rule_ground x);

/// Whether the event goes on to the next rule.
constexpr bool lets_pass(rule_ground x) {
  return x < rule_ground::customer_not_named;
}

/// One rule that was asked, and what it found.
struct rule_finding {
  delivery_rule rule = delivery_rule::recipient;
  rule_ground ground = rule_ground::every_customer;
  /// For people.
  std::string detail;
  /// When the finding ends by itself: the end of the quiet hours.
  std::optional<timestamp> until = std::nullopt;
};

/// What keeps a delivery waiting that is made.
enum class delivery_hold : uint8_t {
  /// The channel cannot be started, or its actor crashed so often that it was given up, until the
  /// channel is changed.
  parked = 1,
  /// The endpoint failed so often that it is left alone for a while.
  breaker_open,
  /// The provider has asked for a pause.
  provider_pause,
  /// An operator has paused all channels.
  operator_pause,
};

std::string_view to_string(delivery_hold x);

struct hold_finding {
  delivery_hold kind = delivery_hold::parked;
  /// For people.
  std::string detail;
  /// When it ends, where that is known.
  std::optional<timestamp> until = std::nullopt;
};

/// What becomes of an event at one channel.
struct channel_explanation {
  channel_id channel;
  std::string name;
  channel_type type = channel_type::webhook;
  /// `none`: it is sent. `not_subscribed`: no delivery is made, the channel does not want it. All
  /// else: a delivery is recorded and not sent.
  suppression reason = suppression::none;
  /// Where deliveries go that are made: email addresses, or one empty text.
  std::vector<std::string> destinations;
  /// Whether the trigger says where, instead of the channel.
  bool is_addressed_by_trigger = false;
  /// The rules that were asked; the last one decided.
  std::vector<rule_finding> rules;
  std::vector<hold_finding> holds;
};

/// What becomes of an event at one recipient.
struct recipient_explanation {
  recipient_id recipient;
  std::string display_name;
  /// Whether the event concerns it; else there are no channels in here.
  bool is_concerned = false;
  /// Why it is not reached though it is concerned: `no_channel`, `not_subscribed`; else `none`.
  suppression unreached = suppression::none;
  std::vector<rule_finding> rules;
  std::vector<channel_explanation> channels;
};

/// What would become of an event.
struct event_explanation {
  std::string event_type;
  event_severity severity = event_severity::info;
  /// The moment it is about.
  timestamp at{};
  /// The customer whom the event names; nothing where it names none that is registered.
  std::optional<recipient_id> customer;
  std::vector<recipient_explanation> recipients;
};

} // namespace tocsin
