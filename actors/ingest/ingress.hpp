#pragma once

#include "actors/shared/meter.hpp"
#include "messages/protocol/ingress.hpp"
#include "messages/protocol/routing.hpp"
#include "messages/timestamp.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace tocsin {

/// Validates events, and gives each its idempotency key. Stateless.
struct ingress_state {
  static inline const char* name = "tocsin.ingress";
  static constexpr bool survives_exceptions = true;

  caf::result<events_accepted> on_submit(submit_events& msg);

  ingress_actor::stateful_pointer<ingress_state> self = nullptr;
  trigger_router_actor router;
  wall_clock now;
  actor_gauge gauge;
};

/// Spawns with `router` as the next hop.
ingress_actor::behavior_type ingress(ingress_actor::stateful_pointer<ingress_state> self,
                                     const trigger_router_actor& router, const wall_clock& now,
                                     const std::shared_ptr<meter_board>& board);

} // namespace tocsin
