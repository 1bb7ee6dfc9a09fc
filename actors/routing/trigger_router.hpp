#pragma once

#include "actors/routing/preference.hpp"
#include "actors/shared/meter.hpp"
#include "messages/protocol/routing.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <vector>

namespace tocsin {

/// Makes the router evict the preference actors that were not used for a while.
struct evict_idle {};

/// The router's own protocol, with the message that it sends to itself.
using trigger_router_impl = trigger_router_actor::extend<caf::reacts_to<evict_idle>>;

/// Finds the recipients an event concerns, wakes their preference actors and sends the events
/// around by a routing slip. Knows all admins; looks up customers when events name them, so a
/// million of them cost nothing here.
class trigger_router_state {
public:
  static inline const char* name = "tocsin.trigger-router";

  void start(trigger_router_impl::stateful_pointer<trigger_router_state> self,
             preference_options options);

  caf::result<events_accepted> on_route_submission(route_submission& msg);
  void on_configuration_changed(const configuration_changed& msg);
  void on_evict_idle(const evict_idle& msg);

  actor_gauge gauge;

private:
  struct planner {
    preference_actor actor;
    timestamp used_at{};
    /// Of its last use, counted over all of them.
    uint64_t use = 0;
  };

  expected<void> load_admins();
  expected<std::shared_ptr<routing_slip>> make_slip(submission_ptr baton);
  preference_actor wake(const recipient_id& id);
  void evict_least_recently_used();
  void on_down(const caf::down_msg& down);

  trigger_router_impl::stateful_pointer<trigger_router_state> self_ = nullptr;
  preference_options options_;
  std::optional<std::vector<recipient_id>> admins_;
  std::map<recipient_id, planner> planners_;
  uint64_t uses_ = 0;
};

trigger_router_impl::behavior_type
trigger_router(trigger_router_impl::stateful_pointer<trigger_router_state> self,
               const preference_options& options);

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::evict_idle)
