#include "actors/routing/trigger_router.hpp"

#include "actors/routing/hand_on.hpp"
#include "actors/shared/metered.hpp"
#include "policy/delivery_plan.hpp"
#include "storage/repositories/recipient_repository.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>
#include <numeric>

namespace tocsin {

namespace {

/// A preference actor that no event has concerned for this long is evicted; the next event that
/// does wakes it again.
constexpr auto idle_time = std::chrono::minutes{10};
constexpr auto idle_check = std::chrono::minutes{1};

} // namespace

void trigger_router_state::start(trigger_router_impl::stateful_pointer<trigger_router_state> self,
                                 preference_options options) {
  self_ = self;
  options_ = std::move(options);
  gauge = actor_gauge{*options_.board, name};
  self_->set_down_handler([this](const caf::down_msg& down) { on_down(down); });
  self_->delayed_send(self_, idle_check, evict_idle{});
}

caf::result<events_accepted> trigger_router_state::on_route_submission(route_submission& msg) {
  auto slip = make_slip(std::move(msg.baton));
  if (!slip)
    return to_error(slip.error());
  return hand_on(self_, std::move(*slip), options_.ledger);
}

void trigger_router_state::on_configuration_changed(const configuration_changed& msg) {
  if (msg.recipient.kind == recipient_kind::admin)
    admins_.reset();
  auto i = planners_.find(msg.recipient);
  if (i == planners_.end())
    return;
  // What is in its mailbox was routed before the change, what follows will be planned after it.
  self_->send(i->second.actor, msg);
}

void trigger_router_state::on_evict_idle(const evict_idle&) {
  auto oldest = options_.now() - idle_time;
  // An actor that nobody holds ends by itself, once the slips that hold it have passed.
  std::erase_if(planners_, [oldest](auto& x) { return x.second.used_at < oldest; });
  self_->delayed_send(self_, idle_check, evict_idle{});
}

expected<void> trigger_router_state::load_admins() {
  auto tx = options_.channels->environment().read_published();
  if (!tx)
    return tx.error();
  auto admins = storage::recipient_repository{*tx}.admins();
  if (!admins)
    return admins.error();
  admins_.emplace();
  for (auto& x : *admins)
    admins_->push_back(std::move(x.id));
  return {};
}

/// Admins have a stop for all events, each customer one for the events that name it.
expected<std::shared_ptr<routing_slip>> trigger_router_state::make_slip(submission_ptr baton) {
  if (!admins_)
    if (auto loaded = load_admins(); !loaded)
      return loaded.error();
  auto slip = std::make_shared<routing_slip>();
  std::vector<uint32_t> all(baton->events.size());
  std::iota(all.begin(), all.end(), 0u);
  for (auto& id : *admins_)
    slip->stops.push_back({wake(id), all});
  std::map<recipient_id, std::vector<uint32_t>> of_customers;
  std::optional<expected<storage::read_transaction>> tx;
  for (auto place : all) {
    auto& x = baton->events[place].value;
    if (x.customer.empty())
      continue;
    if (!tx)
      tx.emplace(options_.channels->environment().read_published());
    if (!*tx)
      return tx->error();
    auto customer = storage::recipient_repository{**tx}.find_customer(x.customer);
    if (!customer)
      return customer.error();
    if (*customer && policy::concerns(x, **customer))
      of_customers[(*customer)->id].push_back(place);
  }
  for (auto& [id, places] : of_customers)
    slip->stops.push_back({wake(id), std::move(places)});
  slip->baton = std::move(baton);
  return slip;
}

preference_actor trigger_router_state::wake(const recipient_id& id) {
  if (planners_.size() >= options_.max_awake && !planners_.contains(id))
    evict_least_recently_used();
  auto& x = planners_[id];
  if (!x.actor)
    x.actor = self_->spawn<caf::monitored>(preference_planner, options_, id);
  x.used_at = options_.now();
  x.use = ++uses_;
  return x.actor;
}

/// Evicts half of the preference actors at once, as finding them takes a while.
void trigger_router_state::evict_least_recently_used() {
  std::vector<uint64_t> uses;
  uses.reserve(planners_.size());
  for (auto& [id, x] : planners_)
    uses.push_back(x.use);
  auto middle = uses.begin() + static_cast<std::ptrdiff_t>(uses.size() / 2);
  std::nth_element(uses.begin(), middle, uses.end());
  std::erase_if(planners_, [kept = *middle](auto& x) { return x.second.use < kept; });
}

void trigger_router_state::on_down(const caf::down_msg& down) {
  // One that was evicted is not among them any more, and there may be many.
  if (down.reason == caf::exit_reason::unreachable)
    return;
  std::erase_if(planners_, [&](auto& x) {
    if (x.second.actor.address() != down.source)
      return false;
    ++options_.board->actor(preference_state::name)->restarts;
    return true;
  });
}

trigger_router_impl::behavior_type
trigger_router(trigger_router_impl::stateful_pointer<trigger_router_state> self,
               const preference_options& options) {
  using state = trigger_router_state;
  self->state.start(self, options);
  return {
    metered(self, &state::on_route_submission),
    metered(self, &state::on_configuration_changed),
    metered(self, &state::on_evict_idle),
  };
}

} // namespace tocsin
