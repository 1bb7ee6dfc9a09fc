#include "actors/delivery/channel_supervisor.hpp"

#include "actors/shared/metered.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <utility>

namespace tocsin {

channel_supervisor_state::~channel_supervisor_state() {
  for (auto& [addr, id] : living_)
    if (auto actor = caf::actor_cast<channel_actor>(addr))
      caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
}

void channel_supervisor_state::start(
  channel_supervisor_impl::stateful_pointer<channel_supervisor_state> self,
  channel_supervisor_options options) {
  self_ = self;
  options_ = std::move(options);
  options_.worker.channels = options_.channels;
  gauge = actor_gauge{*options_.worker.board, name};
  self_->set_down_handler([this](const caf::down_msg& down) { on_down(down); });
}

void channel_supervisor_state::on_channel_needed(const channel_needed& msg) {
  auto& x = child_of(msg.channel);
  x.is_asked_for = true;
  if (x.state == standing::idle)
    start_child(msg.channel);
}

void channel_supervisor_state::on_restart_channel(const restart_channel& msg) {
  auto i = children_.find(msg.channel);
  if (i == children_.end() || i->second.state != standing::restarting)
    return;
  i->second.state = standing::idle;
  start_child(msg.channel);
}

void channel_supervisor_state::on_configuration_changed(const configuration_changed& msg) {
  if (msg.removed)
    options_.worker.board->forget(msg.channel);
  auto i = children_.find(msg.channel);
  if (i == children_.end())
    return;
  auto& x = i->second;
  // The old actor ends what it has in flight by itself; its successor does not wait for it.
  auto was_running = x.state == standing::running;
  if (was_running)
    self_->send(x.actor, drain_channel{});
  if (msg.removed) {
    children_.erase(i);
    return;
  }
  auto is_asked_for = x.is_asked_for || was_running;
  x = new_child();
  x.is_asked_for = is_asked_for;
  options_.worker.board->channel(msg.channel)->parked = false;
  if (is_asked_for)
    start_child(msg.channel);
}

caf::result<channels_drained> channel_supervisor_state::on_drain_channels(const drain_channels&) {
  drained_ = self_->make_response_promise<channels_drained>();
  auto promise = *drained_;
  for (auto& [addr, id] : living_)
    if (auto actor = caf::actor_cast<channel_actor>(addr))
      self_->send(actor, drain_channel{});
  finish_drain();
  return promise;
}

channel_supervisor_state::child& channel_supervisor_state::child_of(channel_id id) {
  auto i = children_.find(id);
  if (i == children_.end())
    i = children_.emplace(id, new_child()).first;
  return i->second;
}

channel_supervisor_state::child channel_supervisor_state::new_child() const {
  return {channel_actor{}, policy::restart_intensity{options_.limits}};
}

void channel_supervisor_state::start_child(channel_id id) {
  if (drained_)
    return;
  auto config = options_.channels->load(id);
  if (config && !*config) {
    children_.erase(id);
    return;
  }
  if (config && !(**config).enabled)
    return;
  auto& x = child_of(id);
  auto adapter = config ? options_.channels->make_adapter(**config)
                        : expected<std::unique_ptr<channels::adapter>>{config.error()};
  if (!adapter && !is_lasting_fault(adapter.error()))
    return start_later(id, x, adapter.error());
  if (!adapter)
    return park(id, x, start_fault(adapter.error()));
  x.is_asked_for = false;
  x.state = standing::running;
  x.actor
    = self_->spawn<caf::monitored>(channel_worker, options_.worker, **config,
                                   std::shared_ptr<const channels::adapter>{std::move(*adapter)});
  living_.emplace(x.actor.address(), id);
}

void channel_supervisor_state::on_down(const caf::down_msg& down) {
  auto entry = living_.extract(down.source);
  if (!entry)
    return;
  auto id = entry.mapped();
  if (auto i = children_.find(id);
      i != children_.end() && i->second.actor.address() == down.source) {
    i->second.actor = nullptr;
    i->second.state = standing::idle;
    auto in_order = !down.reason || down.reason == caf::exit_reason::normal
                    || down.reason == caf::exit_reason::user_shutdown;
    if (!in_order)
      on_crash(id, i->second);
  }
  finish_drain();
}

void channel_supervisor_state::on_crash(channel_id id, child& x) {
  ++options_.worker.board->channel(id)->restarts;
  ++options_.worker.board->actor(channel_worker_state::name)->restarts;
  auto delay = x.restarts.crashed(options_.worker.steady_now());
  if (!delay)
    return park(id, x,
                "sending through it crashed again and again, which is a fault of the service");
  x.state = standing::restarting;
  options_.report(id, "crashed and is started again");
  self_->delayed_send(self_, *delay, restart_channel{id});
}

/// Leaves a channel alone that another start would not help, and says why.
void channel_supervisor_state::park(channel_id id, child& x, std::string why) {
  x.state = standing::parked;
  options_.worker.board->channel(id)->parked = true;
  options_.report(id, "is parked until its configuration changes: " + why);
  self_->send(options_.announcer, channel_parked{id, options_.worker.now(), std::move(why)});
}

/// The storage is to blame and not the channel, so that it is not parked however long that lasts.
void channel_supervisor_state::start_later(channel_id id, child& x, const failure& why) {
  x.state = standing::restarting;
  options_.report(id, "cannot be started now and is tried again: " + why.detail);
  self_->delayed_send(self_, options_.limits.longest_delay, restart_channel{id});
}

void channel_supervisor_state::finish_drain() {
  if (drained_ && drained_->pending() && living_.empty())
    drained_->deliver(channels_drained{});
}

channel_supervisor_impl::behavior_type
channel_supervisor(channel_supervisor_impl::stateful_pointer<channel_supervisor_state> self,
                   const channel_supervisor_options& options) {
  using state = channel_supervisor_state;
  self->state.start(self, options);
  return {
    metered(self, &state::on_channel_needed),
    metered(self, &state::on_restart_channel),
    metered(self, &state::on_configuration_changed),
    metered(self, &state::on_drain_channels),
  };
}

} // namespace tocsin
