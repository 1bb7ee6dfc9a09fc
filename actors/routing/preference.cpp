#include "actors/routing/preference.hpp"

#include "actors/routing/hand_on.hpp"
#include "storage/channel_repository.hpp"
#include "storage/recipient_repository.hpp"

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
  auto tx = options.channels->environment().read();
  if (!tx)
    return tx.error();
  storage::recipient_repository recipients{*tx};
  policy::planning_recipient result;
  auto found = recipients.find(recipient);
  if (!found)
    return found.error();
  // A recipient that is gone has no channels and, as a customer without portal, no events.
  result.value.id = recipient;
  if (*found)
    result.value = std::move(**found);
  auto wishes = recipients.find_preference(recipient);
  if (!wishes)
    return wishes.error();
  result.wishes = std::move(*wishes).value_or(preference{});
  auto channels = storage::channel_repository{*tx}.of_owner(recipient);
  if (!channels)
    return channels.error();
  for (auto& x : *channels) {
    // Settings are checked when they are stored. Should they not be good any longer, the channel
    // still gets its deliveries: its supervisor reports the fault, and they wait for its mending.
    // Mails are the exception, as nobody knows whom to write to.
    auto planned = x.value;
    std::vector<std::string> destinations{""};
    if (auto opened = options.channels->open(std::move(x)))
      if (auto adapter = options.channels->make_adapter(*opened))
        destinations = (*adapter)->destinations();
    result.channels.push_back({std::move(planned), std::move(destinations)});
  }
  known_ = std::move(result);
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
