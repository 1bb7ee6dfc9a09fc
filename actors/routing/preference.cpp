#include "actors/routing/preference.hpp"

#include "actors/routing/hand_on.hpp"
#include "actors/routing/recipient_reading.hpp"
#include "actors/shared/metered.hpp"

namespace tocsin {

caf::result<events_accepted> preference_state::on_plan_deliveries(plan_deliveries& msg) {
  if (!known_)
    if (auto loaded = load(); !loaded)
      return to_error(loaded.error());
  auto& slip = *msg.slip;
  auto now = options.now();
  for (auto place : slip.stops[slip.next].events) {
    auto& x = slip.baton->events[place];
    // The recipient may have changed, or gone, since the router looked it up.
    if (policy::concerns(x.value, known_->value))
      policy::plan_deliveries(x.value, *known_, now, x.deliveries, x.unreached);
  }
  ++slip.next;
  return hand_on(self, std::move(msg.slip), options.ledger);
}

void preference_state::on_configuration_changed(const configuration_changed&) {
  known_.reset();
}

/// Reads everything about the recipient in one view of the storage.
expected<void> preference_state::load() {
  auto tx = options.channels->environment().read_published();
  if (!tx)
    return tx.error();
  auto read = read_planning_recipient(*options.channels, *tx, recipient);
  if (!read)
    return read.error();
  known_ = std::move(*read);
  return {};
}

preference_actor::behavior_type
preference_planner(preference_actor::stateful_pointer<preference_state> self,
                   const preference_options& options, const recipient_id& recipient) {
  using state = preference_state;
  self->state.self = self;
  self->state.options = options;
  self->state.recipient = recipient;
  self->state.gauge = actor_gauge{*options.board, state::name};
  return {metered(self, &state::on_plan_deliveries),
          metered(self, &state::on_configuration_changed)};
}

} // namespace tocsin
