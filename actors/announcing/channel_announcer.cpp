#include "actors/announcing/channel_announcer.hpp"

#include "actors/announcing/own_submission.hpp"
#include "actors/shared/metered.hpp"
#include "channels/adapter.hpp"
#include "messages/own_event.hpp"
#include "messages/protocol/failure.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/repositories/channel_repository.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <chrono>

namespace tocsin {

namespace {

bool was_disabled_by_us(const channel& x) {
  return !x.enabled && !x.disabled_reason.empty();
}

boost::json::object details_of(const channel& x) {
  boost::json::object result;
  result["channel"] = to_string(x.id);
  result["type"] = to_string(x.type);
  if (!x.settings.empty())
    result["target"] = channels::redact(x.type, x.settings).target;
  return result;
}

} // namespace

event announcement_of(const channel& x) {
  event result;
  result.type = channel_disabled_event;
  if (x.owner.kind == recipient_kind::customer)
    result.customer = x.owner.name;
  result.timestamp = to_rfc3339(std::chrono::floor<std::chrono::seconds>(x.updated_at));
  result.message
    = fmt::format("The channel '{}' ({}) was disabled because its endpoint refuses everything: {}. "
                  "What it owes is kept. Correct its settings, send a test and enable it again.",
                  x.name, to_string(x.type), x.disabled_reason);
  auto details = details_of(x);
  details["code"] = x.disabled_reason.substr(0, x.disabled_reason.find(": "));
  result.details = boost::json::serialize(details);
  return result;
}

event parking_of(const channel& x, timestamp parked_at, const std::string& reason) {
  event result;
  result.type = channel_parked_event;
  result.timestamp = to_rfc3339(std::chrono::floor<std::chrono::seconds>(parked_at));
  result.message
    = fmt::format("The channel '{}' ({}) is parked: {}. What it owes is kept. It resumes when what "
                  "is wrong is fixed and it is changed, or the service is restarted.",
                  x.name, to_string(x.type), reason);
  auto details = details_of(x);
  details["owner"] = to_string(x.owner);
  result.details = boost::json::serialize(details);
  return result;
}

void channel_announcer_state::start(
  channel_announcer_actor::stateful_pointer<channel_announcer_state> self,
  channel_announcer_options options) {
  self_ = self;
  options_ = std::move(options);
  gauge = actor_gauge{*options_.board, name};
  if (auto announced = announce_disabled(); !announced)
    self_->quit(to_error(announced.error()));
}

/// Announces what a crash may have kept from being announced. A channel that cannot be read is
/// reported, as a change of it would be.
expected<void> channel_announcer_state::announce_disabled() {
  auto oldest = options_.now() - options_.event_retention;
  auto tx = options_.channels->environment().read_published();
  if (!tx)
    return tx.error();
  storage::channel_repository channels{*tx};
  auto all = channels.ids();
  if (!all)
    return all.error();
  for (auto& id : *all) {
    auto found = channels.find(id);
    if (!found && !storage::is_unreadable(found.error()))
      return found.error();
    if (!found)
      options_.report(id, "cannot be examined: " + found.error().detail);
    else if (*found && was_disabled_by_us((*found)->value) && (*found)->value.updated_at >= oldest)
      self_->send(self_, announce_channel{id});
  }
  return {};
}

void channel_announcer_state::on_configuration_changed(const configuration_changed& msg) {
  if (msg.channel != channel_id{} && !msg.removed)
    on_announce_channel({msg.channel});
}

void channel_announcer_state::on_announce_channel(const announce_channel& msg) {
  auto found = find(msg.channel);
  if (!found)
    return look_again_later(found.error(), msg);
  if (*found && was_disabled_by_us(**found))
    submit(announcement_of(**found), fmt::format("{}", (**found).revision), msg);
}

void channel_announcer_state::on_channel_parked(const channel_parked& msg) {
  auto found = find(msg.channel);
  if (!found)
    return look_again_later(found.error(), msg);
  if (*found)
    submit(parking_of(**found, msg.parked_at, msg.reason),
           fmt::format("{}", to_unix_ms(msg.parked_at)), msg);
}

/// The channel, without its settings where the key does not open them: that it is disabled or
/// parked can be told all the same.
expected<std::optional<channel>> channel_announcer_state::find(const channel_id& id) const {
  auto opened = options_.channels->load(id);
  if (opened || opened.error().code != errc::bad_key)
    return opened;
  auto sealed = options_.channels->load_sealed(id);
  if (!sealed)
    return sealed.error();
  if (!*sealed)
    return std::optional<channel>{};
  return std::optional{std::move((*sealed)->value)};
}

template <class Message>
void channel_announcer_state::look_again_later(const failure& why, const Message& again) {
  options_.report(again.channel, "cannot be examined: " + why.detail);
  if (!is_lasting_fault(why))
    self_->delayed_send(self_, pause_after_lost_event, again);
}

template <class Message>
void channel_announcer_state::submit(event value, const std::string& occasion,
                                     const Message& again) {
  auto one
    = own_submission(std::move(value), fmt::format("{}/{}", to_string(again.channel), occasion));
  self_->request(options_.router, own_event_timeout, std::move(one))
    .then([](const events_accepted&) {},
          [this, again](const caf::error& why) {
            // It was announced by another version, in other words.
            if (to_failure(why).code != errc::idempotency_conflict)
              self_->delayed_send(self_, pause_after_lost_event, again);
          });
}

channel_announcer_actor::behavior_type
channel_announcer(channel_announcer_actor::stateful_pointer<channel_announcer_state> self,
                  const channel_announcer_options& options) {
  using state = channel_announcer_state;
  self->state.start(self, options);
  return {
    metered(self, &state::on_configuration_changed),
    metered(self, &state::on_announce_channel),
    metered(self, &state::on_channel_parked),
  };
}

} // namespace tocsin
