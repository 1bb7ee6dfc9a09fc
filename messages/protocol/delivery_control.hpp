#pragma once

#include "messages/author.hpp"
#include "messages/delivery_pause.hpp"
#include "messages/protocol/channel_registry.hpp"
#include "messages/protocol/delivery_log.hpp"

#include <caf/typed_actor.hpp>

#include <optional>
#include <string>

namespace tocsin {

/// Sends a delivery again, under its own id: at once, or when its channel has room.
struct request_resend {
  delivery_id id;
  /// Whether also one that the provider has: its receiver gets it twice.
  bool allow_duplicate = false;
  author by = {};
  /// Only if it is for this recipient, where set, and was not withdrawn by an operator.
  std::optional<recipient_id> only_for = std::nullopt;
};

/// Cancels a delivery that waits for its attempt.
struct request_cancel {
  delivery_id id;
  /// In the operator's words; may be empty.
  std::string reason;
  author by = {};
};

/// What an operator did is durable.
struct delivery_changed {
  /// Whether it changed anything: sending again what is under way does not.
  bool has_effect = false;
  /// As it is stored now.
  delivery_view value;
};

/// Makes the message of a delivery as it would go out now, and sends nothing.
struct preview_delivery {
  delivery_id id;
  /// Only if it is for this recipient, where set.
  std::optional<recipient_id> only_for = std::nullopt;
};

/// Asks whether all deliveries are paused.
struct find_pause {};

/// Pauses all deliveries until `until`, in place of the pause that there may be.
struct pause_deliveries {
  timestamp until{};
  /// In the operator's words; may be empty.
  std::string reason;
  author by = {};
};

/// Ends the pause of all deliveries; no harm where there is none.
struct resume_deliveries {
  author by = {};
};

/// The pause that lasts; nothing while deliveries go out.
struct pause_state {
  std::optional<delivery_pause> value;
};

/// What operators may do with single deliveries, and with all of them at once.
/// Errors: not_found; conflict (it has ended, or been delivered, or its channel is gone); in_flight
/// (it is being sent); invalid_argument (the reason is too long, the end of a pause is past or too
/// far).
using delivery_control_actor
  = caf::typed_actor<caf::replies_to<request_resend>::with<delivery_changed>,
                     caf::replies_to<request_cancel>::with<delivery_changed>,
                     caf::replies_to<preview_delivery>::with<channel_preview>,
                     caf::replies_to<find_pause>::with<pause_state>,
                     caf::replies_to<pause_deliveries>::with<pause_state>,
                     caf::replies_to<resume_deliveries>::with<pause_state>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::request_resend)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::request_cancel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::delivery_changed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::preview_delivery)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::find_pause)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::pause_deliveries)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::resume_deliveries)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::pause_state)
