#pragma once

#include "messages/delivery.hpp"
#include "messages/protocol/routing.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tocsin {

/// A delivery whose time has come, with the event it carries.
struct due_delivery {
  delivery_id id;
  std::shared_ptr<const accepted_event> event;
  std::string destination;
  /// How many attempts were made and counted before.
  uint16_t attempts = 0;
  /// When it was accepted, or last sent again by hand.
  timestamp owed_since{};
};

/// Deliveries for the channel actor that asked for them by opening a window. If it is empty, the
/// actor only checks again whether it may send.
struct deliveries_due {
  std::vector<due_delivery> deliveries;
};

/// Tells a channel actor that the transport has replies for it.
struct replies_ready {};

/// Makes a channel actor check whether it may send again, unless a later wake-up was set since.
struct resume_sending {
  uint64_t number = 0;
};

/// Asks a channel actor to finish what is in flight and then to stop.
struct drain_channel {};

/// Renders, sends, paces and retries for one configured channel.
using channel_actor
  = caf::typed_actor<caf::reacts_to<deliveries_due>, caf::reacts_to<replies_ready>,
                     caf::reacts_to<resume_sending>, caf::reacts_to<drain_channel>>;

/// Asks for an actor for a channel that has something to send.
struct channel_needed {
  channel_id channel;
};

/// Asks to stop all channel actors once what they have in flight is done.
struct drain_channels {};

/// Everything in flight has ended and is on its way to the ledger.
struct channels_drained {};

/// Starts, watches and restarts channel actors.
using channel_supervisor_actor
  = caf::typed_actor<caf::reacts_to<channel_needed>, caf::reacts_to<configuration_changed>,
                     caf::replies_to<drain_channels>::with<channels_drained>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::deliveries_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::replies_ready)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::resume_sending)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::drain_channel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::channel_needed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::drain_channels)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::channels_drained)
