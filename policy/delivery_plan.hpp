#pragma once

#include "messages/channel.hpp"
#include "messages/commands.hpp"
#include "messages/event.hpp"
#include "messages/recipient.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::policy {

/// A channel as planning sees it.
struct planning_channel {
  channel value;
  /// Where its messages go by default: the addresses of an email channel, one empty text for the
  /// other types.
  std::vector<std::string> destinations;
};

/// One recipient as planning sees it.
struct planning_recipient {
  recipient value;
  preference wishes;
  std::vector<planning_channel> channels;
};

/// Whether an event concerns a recipient, as `ask_recipient_rules` says.
bool concerns(const event& x, const recipient& who);

/// Where the deliveries of a type go: to the addresses of the trigger, or else of the channel.
const std::vector<std::string>& destinations_of(const planning_channel& x, std::string_view type);

/// Why a recipient gets no delivery of an event that concerns it.
suppression reason_unreached(const planning_recipient& who);

/// Plans which channels of `who` carry `x`, and appends the plan to `deliveries`, with a reason
/// where a channel that wants the event is kept from it. If not even that is appended, says in
/// `unreached` why the recipient does not get the event.
void plan_deliveries(const event& x, const planning_recipient& who, timestamp now,
                     std::vector<planned_delivery>& deliveries,
                     std::vector<unreached_recipient>& unreached);

} // namespace tocsin::policy
