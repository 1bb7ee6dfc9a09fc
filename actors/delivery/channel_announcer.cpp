#include "actors/delivery/channel_announcer.hpp"

#include "channels/adapter.hpp"
#include "messages/own_event.hpp"
#include "messages/protocol/failure.hpp"
#include "storage/channel_repository.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <chrono>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

constexpr auto accept_timeout = 30s;

/// What was not taken, as the disk was full for example, is sent again so long after.
constexpr auto pause_after_failure = 10s;

bool was_disabled_by_us(const channel& x) {
  return !x.enabled && !x.disabled_reason.empty();
}

} // namespace

event announcement_of(const channel& x) {
  event result;
  result.type = channel_disabled_event;
  if (x.owner.kind == recipient_kind::customer)
    result.customer = x.owner.name;
  result.timestamp = to_rfc3339(std::chrono::floor<std::chrono::seconds>(x.updated_at));
  result.message
    = fmt::format("The channel '{}' ({}) was disabled, as its endpoint refuses everything: {}. "
                  "What it owes is kept. Correct its settings, send a test and enable it again.",
                  x.name, to_string(x.type), x.disabled_reason);
  boost::json::object details;
  details["channel"] = to_string(x.id);
  details["type"] = to_string(x.type);
  details["target"] = channels::redact(x.type, x.settings).target;
  details["code"] = x.disabled_reason.substr(0, x.disabled_reason.find(": "));
  result.details = boost::json::serialize(details);
  return result;
}

void channel_announcer_state::start(
  channel_announcer_actor::stateful_pointer<channel_announcer_state> self,
  channel_announcer_options options) {
  self_ = self;
  options_ = std::move(options);
  gauge = actor_gauge{*options_.board, name};
  auto tx = options_.channels->environment().read();
  if (!tx)
    return self_->quit(to_error(tx.error()));
  auto stored = storage::channel_repository{*tx}.all();
  if (!stored)
    return self_->quit(to_error(stored.error()));
  for (auto& x : *stored)
    if (was_disabled_by_us(x.value))
      self_->send(self_, announce_channel{x.value.id});
}

void channel_announcer_state::on_configuration_changed(const configuration_changed& msg) {
  if (msg.channel != channel_id{} && !msg.removed)
    on_announce_channel({msg.channel});
}

void channel_announcer_state::on_announce_channel(const announce_channel& msg) {
  auto found = options_.channels->load(msg.channel);
  if (!found)
    return options_.report(msg.channel, "cannot be looked at: " + found.error().detail);
  if (*found && was_disabled_by_us(**found))
    submit(**found);
}

void channel_announcer_state::submit(const channel& x) {
  auto baton = std::make_shared<submission>();
  // No id of an event has a space, so that none can be taken for it.
  auto key = fmt::format("own {}/{}/{}", channel_disabled_event, to_string(x.id), x.revision);
  baton->events.push_back({announcement_of(x), std::move(key), {}, {}});
  self_->request(options_.router, accept_timeout, route_submission{std::move(baton)})
    .then([](const events_accepted&) {},
          [this, id = x.id](const caf::error& why) {
            // It was announced by another version, in other words.
            if (to_failure(why).code != errc::idempotency_conflict)
              look_again(id);
          });
}

void channel_announcer_state::look_again(channel_id id) {
  self_->delayed_send(self_, pause_after_failure, announce_channel{id});
}

channel_announcer_actor::behavior_type
channel_announcer(channel_announcer_actor::stateful_pointer<channel_announcer_state> self,
                  const channel_announcer_options& options) {
  using state = channel_announcer_state;
  self->state.start(self, options);
  return {
    metered(self, &state::on_configuration_changed),
    metered(self, &state::on_announce_channel),
  };
}

} // namespace tocsin
