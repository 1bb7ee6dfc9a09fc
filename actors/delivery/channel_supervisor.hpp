#pragma once

#include "actors/announcing/channel_announcer.hpp"
#include "actors/delivery/channel_worker.hpp"
#include "actors/shared/channel_access.hpp"
#include "actors/shared/meter.hpp"
#include "messages/protocol/channel.hpp"
#include "policy/restart_intensity.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace tocsin {

/// What the channel supervisor is made with.
struct channel_supervisor_options {
  std::shared_ptr<const channel_access> channels;
  channel_worker_options worker;
  policy::restart_limits limits;
  /// Told in words that a channel crashed, was parked, or cannot be started now.
  std::function<void(channel_id, const std::string&)> report;
  /// Tells the admins of what was parked.
  channel_announcer_actor announcer;
};

/// Makes the supervisor start a channel again, once its restart delay is over.
struct restart_channel {
  channel_id channel;
};

/// The supervisor's whole protocol: what everybody may say, and the message it sends to itself.
using channel_supervisor_impl = channel_supervisor_actor::extend<caf::reacts_to<restart_channel>>;

/// Starts a channel actor when the ledger asks for one. One that crashes is started again alone,
/// after a growing delay; one that crashes too often, or whose settings do not allow a start, is
/// parked, loudly, until its configuration changes. A channel that is disabled has no actor: what
/// it owes waits in storage. While storage cannot be read, starts are tried again and again.
class channel_supervisor_state {
public:
  static inline const char* name = "tocsin.channel-supervisor";

  channel_supervisor_state() = default;
  channel_supervisor_state(const channel_supervisor_state&) = delete;

  /// Ends the actors that are left: without a supervisor nobody would.
  ~channel_supervisor_state();

  void start(channel_supervisor_impl::stateful_pointer<channel_supervisor_state> self,
             channel_supervisor_options options);

  void on_channel_needed(const channel_needed& msg);
  void on_restart_channel(const restart_channel& msg);
  void on_configuration_changed(const configuration_changed& msg);
  caf::result<channels_drained> on_drain_channels(const drain_channels& msg);

  actor_gauge gauge;

private:
  enum class standing : uint8_t {
    /// Without an actor until one is asked for.
    idle,
    running,
    /// Its actor crashed or cannot be started just now: the next start is set.
    restarting,
    /// Left alone until its configuration changes.
    parked,
  };

  struct child {
    channel_actor actor;
    policy::restart_intensity restarts;
    standing state = standing::idle;
    /// Whether the ledger has asked for it since its last actor was started.
    bool is_asked_for = false;
  };

  child new_child() const;
  child& child_of(channel_id id);
  void start_child(channel_id id);
  void on_down(const caf::down_msg& down);
  void on_crash(channel_id id, child& x);
  void park(channel_id id, child& x, std::string why);
  void start_later(channel_id id, child& x, const failure& why);
  void finish_drain();

  channel_supervisor_impl::stateful_pointer<channel_supervisor_state> self_ = nullptr;
  channel_supervisor_options options_;
  std::map<channel_id, child> children_;
  /// Every actor that lives, also those that are being replaced.
  std::map<caf::actor_addr, channel_id> living_;
  std::optional<caf::typed_response_promise<channels_drained>> drained_;
};

channel_supervisor_impl::behavior_type
channel_supervisor(channel_supervisor_impl::stateful_pointer<channel_supervisor_state> self,
                   const channel_supervisor_options& options);

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::restart_channel)
