#pragma once

#include "messages/channel.hpp"
#include "messages/commands.hpp"
#include "messages/event.hpp"
#include "messages/recipient.hpp"

#include <string>
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

/// Whether an event concerns a recipient: admins by every event, a customer by the events that
/// name it, while its portal is enabled and the service, where there is one, is its own.
bool concerns(const event& x, const recipient& who);

/// Plans which channels of `who` carry `x`, and appends the plan to `deliveries`, with a reason
/// where a channel that wants the event is kept from it. If not even that is appended, says in
/// `unreached` why the recipient does not get the event.
void plan_deliveries(const event& x, const planning_recipient& who, timestamp now,
                     std::vector<planned_delivery>& deliveries,
                     std::vector<unreached_recipient>& unreached);

/// Whether `now` lies in the quiet hours.
bool is_quiet(const quiet_hours& hours, timestamp now);

} // namespace tocsin::policy
