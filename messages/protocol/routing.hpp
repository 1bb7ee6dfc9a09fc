#pragma once

#include "messages/protocol/ingress.hpp"
#include "messages/recipient.hpp"
#include "messages/submission.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace tocsin {

/// A submission on its way to the preference actors.
struct route_submission {
  submission_ptr baton;
};

/// One recipient's turn in the round that a submission makes.
struct routing_stop;

/// The round of a submission: all preference actors that it visits, in their order.
struct routing_slip {
  submission_ptr baton;
  std::vector<routing_stop> stops;
  /// The place in `stops` of the one whose turn it is.
  size_t next = 0;
};

/// Asks a preference actor to plan the deliveries of its stop and to hand the slip on: to the
/// next stop, after the last to the ledger.
struct plan_deliveries {
  std::shared_ptr<routing_slip> slip;
};

/// Tells that something stored has changed. What changed is read again from storage.
struct configuration_changed {
  /// Set where a recipient, its preference or one of its channels changed.
  recipient_id recipient;
  /// Set where a channel changed.
  channel_id channel;
  /// Whether the named object is gone.
  bool removed = false;
};

/// Decides for one recipient who gets what.
using preference_actor = caf::typed_actor<caf::replies_to<plan_deliveries>::with<events_accepted>,
                                          caf::reacts_to<configuration_changed>>;

struct routing_stop {
  preference_actor planner;
  /// Places in `submission::events` of the events that concern the recipient.
  std::vector<uint32_t> events;
};

/// Finds the recipients that events concern.
using trigger_router_actor
  = caf::typed_actor<caf::replies_to<route_submission>::with<events_accepted>,
                     caf::reacts_to<configuration_changed>>;

/// Anybody who wants to hear of changes.
using change_listener_actor = caf::typed_actor<caf::reacts_to<configuration_changed>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::route_submission)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::plan_deliveries)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::configuration_changed)
