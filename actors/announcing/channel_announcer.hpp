#pragma once

#include "actors/shared/channel_access.hpp"
#include "actors/shared/meter.hpp"
#include "messages/protocol/routing.hpp"
#include "messages/timestamp.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace tocsin {

/// Makes the announcer check whether a channel was disabled.
struct announce_channel {
  channel_id channel;
};

/// A channel is left alone until its configuration changes, as it crashed too often or cannot be
/// started.
struct channel_parked {
  channel_id channel;
  timestamp parked_at;
  /// Which of the two and why, in words that follow a colon.
  std::string reason;
};

/// Is told of changes, and announces channels that were disabled or parked.
using channel_announcer_actor
  = caf::typed_actor<caf::reacts_to<configuration_changed>, caf::reacts_to<announce_channel>,
                     caf::reacts_to<channel_parked>>;

/// The arguments of the announcer.
struct channel_announcer_options {
  std::shared_ptr<const channel_access> channels;
  trigger_router_actor router;
  std::shared_ptr<meter_board> board;
  /// Told in words what could not be announced.
  std::function<void(channel_id, const std::string&)> report;
  wall_clock now;
  /// How long an event is kept, and with it the key that lets it pass only once.
  std::chrono::milliseconds event_retention;
};

/// Tells the owner of a channel that the service has disabled it, by an event `channel.disabled`
/// that takes the path of all events: through the owner's other channels, and to the admins. It
/// checks every channel when it starts, because a crash may have come between the disabling and the
/// event; the idempotency key, which contains the channel's revision, lets only one event of each
/// disabling pass. What was disabled longer ago than events are kept was announced then. That a
/// channel is parked is told only to the admins, by an event `channel.parked`.
class channel_announcer_state {
public:
  static inline const char* name = "tocsin.channel-announcer";

  void start(channel_announcer_actor::stateful_pointer<channel_announcer_state> self,
             channel_announcer_options options);

  void on_configuration_changed(const configuration_changed& msg);
  void on_announce_channel(const announce_channel& msg);
  void on_channel_parked(const channel_parked& msg);

  actor_gauge gauge;

private:
  expected<void> announce_disabled();
  expected<std::optional<channel>> find(const channel_id& id) const;

  /// Reports that a channel could not be read, and checks it again later if that may help.
  template <class Message>
  void look_again_later(const failure& why, const Message& again);

  /// Sends an event about the channel of `again`; if it is not accepted, for example because the
  /// disk is full, `again` follows later. It is accepted once per `occasion`.
  template <class Message>
  void submit(event value, const std::string& occasion, const Message& again);

  channel_announcer_actor::stateful_pointer<channel_announcer_state> self_ = nullptr;
  channel_announcer_options options_;
};

/// The event that announces that `x` was disabled. The same channel gives the same event. Without
/// decrypted settings it does not say where the channel sends to.
event announcement_of(const channel& x);

/// The event that announces that `x` was parked at `parked_at` for `reason`.
event parking_of(const channel& x, timestamp parked_at, const std::string& reason);

channel_announcer_actor::behavior_type
channel_announcer(channel_announcer_actor::stateful_pointer<channel_announcer_state> self,
                  const channel_announcer_options& options);

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::announce_channel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::channel_parked)
