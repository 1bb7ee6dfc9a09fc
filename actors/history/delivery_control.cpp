#include "actors/history/delivery_control.hpp"

#include "actors/history/delivery_reading.hpp"
#include "actors/history/visible_history.hpp"
#include "actors/shared/apply_change.hpp"
#include "actors/shared/event_of_delivery.hpp"
#include "actors/shared/metered.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/pause_repository.hpp"

#include <fmt/format.h>

namespace tocsin {

caf::result<delivery_changed> delivery_control_state::on_request_resend(request_resend& msg) {
  if (msg.only_for)
    if (auto own = check_owner(msg.id, *msg.only_for); !own)
      return to_error(own.error());
  resend_delivery again{msg.id, options.now()};
  again.unless_delivered = !msg.allow_duplicate;
  again.unless_cancelled = msg.only_for.has_value();
  return change(msg.id, {again, {}, std::move(msg.by)});
}

caf::result<delivery_changed> delivery_control_state::on_request_cancel(request_cancel& msg) {
  cancel_delivery cancel{msg.id, options.now(), std::move(msg.reason)};
  return change(msg.id, {std::move(cancel), {}, std::move(msg.by)});
}

caf::result<channel_preview>
delivery_control_state::on_preview_delivery(const preview_delivery& msg) {
  return to_result(preview(msg));
}

caf::result<delivery_changed> delivery_control_state::change(const delivery_id& id,
                                                             apply_command what) {
  return apply_change<delivery_changed>(
    self, options.ledger, std::move(what),
    [this, id](const command_result& done) { return outcome_of(id, done); });
}

caf::result<pause_state> delivery_control_state::on_find_pause(const find_pause&) {
  return to_result(pause());
}

caf::result<pause_state> delivery_control_state::on_pause_deliveries(pause_deliveries& msg) {
  delivery_pause wanted{options.now(), msg.until, std::move(msg.reason), msg.by};
  return change_pause({put_pause{std::move(wanted)}, {}, std::move(msg.by)});
}

caf::result<pause_state> delivery_control_state::on_resume_deliveries(resume_deliveries& msg) {
  auto is_readable = true;
  auto found = pause([&is_readable](const std::string&) { is_readable = false; });
  if (!found)
    return to_error(found.error());
  // Nobody changed anything, so the audit log has nothing to say.
  if (!found->value && is_readable)
    return std::move(*found);
  return change_pause({remove_pause{}, {}, std::move(msg.by)});
}

caf::result<pause_state> delivery_control_state::change_pause(apply_command what) {
  return apply_change<pause_state>(self, options.ledger, std::move(what),
                                   [this](const command_result&) { return pause(); });
}

/// The pause that lasts now.
expected<pause_state>
delivery_control_state::pause(const storage::fault_sink& on_unreadable) const {
  auto tx = options.channels->environment().read_published();
  if (!tx)
    return tx.error();
  auto found = storage::find_readable_pause(*tx, on_unreadable);
  if (!found)
    return found.error();
  if (*found && !(*found)->holds(options.now()))
    return pause_state{};
  return pause_state{std::move(*found)};
}

/// What is asked for here is published once it is stored.
expected<delivery_changed> delivery_control_state::outcome_of(const delivery_id& id,
                                                              const command_result& done) const {
  auto tx = options.channels->environment().read_published();
  if (!tx)
    return tx.error();
  auto stored = read_delivery(*tx, id);
  if (!stored)
    return stored.error();
  return delivery_changed{done.affected != 0, std::move(*stored)};
}

/// A delivery's recipient never changes, so that this may be looked up before.
expected<void> delivery_control_state::check_owner(const delivery_id& id,
                                                   const recipient_id& owner) const {
  auto tx = options.channels->environment().read();
  if (!tx)
    return tx.error();
  auto found = storage::delivery_repository{*tx}.find_without_outcome(id);
  if (!found)
    return found.error();
  auto who = find_viewer(*tx, owner);
  if (!who)
    return who.error();
  if (!*found || !is_visible_to(**found, *who))
    return no_such_delivery(id);
  return {};
}

/// The channel as it is now makes the message, as it would if the delivery were sent now.
expected<channel_preview> delivery_control_state::preview(const preview_delivery& msg) const {
  if (msg.only_for)
    if (auto own = check_owner(msg.id, *msg.only_for); !own)
      return own.error();
  auto tx = options.channels->environment().read();
  if (!tx)
    return tx.error();
  auto found = storage::delivery_repository{*tx}.find_without_outcome(msg.id);
  if (!found)
    return found.error();
  if (!*found)
    return no_such_delivery(msg.id);
  auto event = read_event_of(*tx, **found);
  if (!event)
    return event.error();
  auto channel = options.channels->load(*tx, (*found)->channel);
  if (!channel)
    return channel.error();
  if (!*channel)
    return fail(errc::conflict,
                fmt::format("the channel of the delivery {} is gone", to_string(msg.id)));
  auto adapter = options.channels->make_adapter(**channel);
  if (!adapter)
    return adapter.error();
  auto request = (*adapter)->preview({msg.id, *event, (*found)->destination, options.now()});
  if (!request)
    return request.error();
  return channel_preview{std::move(event->value.type), std::move(*request)};
}

delivery_control_actor::behavior_type
delivery_control(delivery_control_actor::stateful_pointer<delivery_control_state> self,
                 const history_options& options) {
  using state = delivery_control_state;
  self->state.self = self;
  self->state.options = options;
  self->state.gauge = actor_gauge{*options.board, state::name};
  return {
    metered(self, &state::on_request_resend),   metered(self, &state::on_request_cancel),
    metered(self, &state::on_preview_delivery), metered(self, &state::on_find_pause),
    metered(self, &state::on_pause_deliveries), metered(self, &state::on_resume_deliveries),
  };
}

} // namespace tocsin
