#pragma once

#include "messages/event.hpp"
#include "messages/explanation.hpp"
#include "messages/protocol/failure.hpp"

#include <caf/typed_actor.hpp>

#include <optional>

namespace tocsin {

/// Asks what would become of an event. It is neither stored nor sent.
struct explain_event {
  event value;
  /// The moment to ask about; now where it is not set.
  std::optional<timestamp> at = std::nullopt;
  /// Set: only this customer, which must be the one the event names.
  std::optional<recipient_id> only_for = std::nullopt;
};

/// Tells why events reach whom they reach, by the rules that send them.
/// Errors: those of `submit_events`; not_found where `only_for` asks for another customer's event.
using event_explainer_actor
  = caf::typed_actor<caf::replies_to<explain_event>::with<event_explanation>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::explain_event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::event_explanation)
