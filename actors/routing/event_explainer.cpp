#include "actors/routing/event_explainer.hpp"

#include "actors/routing/recipient_reading.hpp"
#include "actors/shared/metered.hpp"
#include "messages/event_catalogue.hpp"
#include "policy/delivery_explanation.hpp"
#include "policy/event_rules.hpp"
#include "storage/repositories/recipient_repository.hpp"

#include <fmt/format.h>

#include <memory>

namespace tocsin {

namespace {

/// The recipients that an event could concern: all admins, and the customer it names.
expected<std::vector<recipient_id>> candidates(const storage::transaction& tx,
                                               const std::optional<recipient_id>& customer,
                                               bool are_admins_among) {
  std::vector<recipient_id> result;
  if (are_admins_among) {
    auto admins = storage::recipient_repository{tx}.admins();
    if (!admins)
      return admins.error();
    for (auto& x : *admins)
      result.push_back(std::move(x.id));
  }
  if (customer)
    result.push_back(*customer);
  return result;
}

using adapter_or_fault = expected<std::unique_ptr<channels::adapter>>;

/// What a channel waits for by itself. Without an adapter it cannot be started.
std::vector<hold_finding> holds_of(const channel_meter& meter, const adapter_or_fault& adapter) {
  std::vector<hold_finding> result;
  if (!adapter)
    result.push_back({delivery_hold::parked, start_fault(adapter.error())});
  else if (meter.parked)
    result.push_back(
      {delivery_hold::parked, "the channel's actor has crashed too often; it waits for a change"});
  if (meter.breaker != policy::breaker_state::closed)
    result.push_back({delivery_hold::breaker_open,
                      "the endpoint has failed so often that it is left alone for a while"});
  return result;
}

} // namespace

caf::result<event_explanation> event_explainer_state::on_explain_event(explain_event& msg) {
  return to_result(explain(msg));
}

expected<event_explanation> event_explainer_state::explain(explain_event& msg) const {
  auto now = options.now();
  auto& x = msg.value;
  if (auto faults = policy::admit_event(x, now, ""); !faults.empty())
    return policy::invalid_event(std::move(faults));
  auto* type = find_event_type(x.type);
  // Removed since it was admitted.
  if (type == nullptr)
    return fail(errc::unknown_event_type, fmt::format("there is no event type '{}'", x.type));
  auto tx = options.channels->environment().read_published();
  if (!tx)
    return tx.error();
  event_explanation result{x.type, type->severity, msg.at.value_or(now), {}, {}};
  if (msg.only_for && x.customer.empty())
    x.customer = msg.only_for->name;
  if (!x.customer.empty()) {
    auto customer = storage::recipient_repository{*tx}.find_customer(x.customer);
    if (!customer)
      return customer.error();
    if (*customer)
      result.customer = (*customer)->id;
  }
  if (msg.only_for && result.customer != msg.only_for)
    return fail(errc::not_found, fmt::format("there is no customer '{}'", x.customer));
  auto all = candidates(*tx, result.customer, !msg.only_for);
  if (!all)
    return all.error();
  for (auto& id : *all) {
    auto who = read_planning_recipient(*options.channels, *tx, id);
    if (!who)
      return who.error();
    result.recipients.push_back(policy::explain_delivery(x, *type, *who, result.at));
    if (auto added = add_holds(*tx, result.recipients.back()); !added)
      return added.error();
    // A customer sees of an operator's pause that its deliveries wait, and no more.
    if (!msg.only_for)
      add_operators_pause(result.recipients.back(), now);
  }
  return result;
}

/// Adds what keeps those deliveries waiting that would be made.
expected<void> event_explainer_state::add_holds(const storage::transaction& tx,
                                                recipient_explanation& x) const {
  for (auto& ch : x.channels) {
    if (ch.reason != suppression::none)
      continue;
    auto stored = options.channels->load(tx, ch.channel);
    if (stored && !*stored)
      continue;
    auto adapter
      = stored ? options.channels->make_adapter(**stored) : adapter_or_fault{stored.error()};
    if (!adapter && !is_lasting_fault(adapter.error()))
      return adapter.error();
    ch.holds = holds_of(*options.board->channel(ch.channel), adapter);
    if (!adapter)
      continue;
    auto steady_now = options.steady_now();
    if (auto until
        = options.pauses->paused_until(pause_names_of(**adapter, ch.channel), steady_now))
      ch.holds.push_back(
        {delivery_hold::provider_pause, "the provider has asked for a pause",
         options.now() + std::chrono::ceil<std::chrono::milliseconds>(*until - steady_now)});
  }
  return {};
}

void event_explainer_state::add_operators_pause(recipient_explanation& x, timestamp now) const {
  auto wait = options.pauses->wait_of_all(now);
  if (wait.count() == 0)
    return;
  for (auto& ch : x.channels)
    if (ch.reason == suppression::none)
      ch.holds.push_back(
        {delivery_hold::operator_pause, "an operator has paused all deliveries", now + wait});
}

event_explainer_actor::behavior_type
event_explainer(event_explainer_actor::stateful_pointer<event_explainer_state> self,
                const explainer_options& options) {
  using state = event_explainer_state;
  self->state.options = options;
  self->state.gauge = actor_gauge{*options.board, state::name};
  return {metered(self, &state::on_explain_event)};
}

} // namespace tocsin
