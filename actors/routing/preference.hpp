#pragma once

#include "actors/shared/channel_access.hpp"
#include "actors/shared/meter.hpp"
#include "messages/protocol/delivery_ledger.hpp"
#include "messages/protocol/routing.hpp"
#include "policy/delivery_plan.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <optional>

namespace tocsin {

/// The arguments of every preference actor.
struct preference_options {
  std::shared_ptr<const channel_access> channels;
  delivery_ledger_actor ledger;
  wall_clock now;
  std::shared_ptr<meter_board> board;
  /// At most this many preference actors live at once; beyond that, the least recently used half is
  /// evicted. Each takes a few kilobytes.
  size_t max_awake = 50'000;
};

/// Plans for one recipient which of its channels carry an event. Reads the recipient, its
/// preference and its channels when it is first asked, and again after a change. Lives as long as
/// the router or a routing slip holds it.
class preference_state {
public:
  static inline const char* name = "tocsin.preference";

  caf::result<events_accepted> on_plan_deliveries(plan_deliveries& msg);
  void on_configuration_changed(const configuration_changed& msg);

  preference_actor::stateful_pointer<preference_state> self = nullptr;
  preference_options options;
  recipient_id recipient;
  actor_gauge gauge;

private:
  expected<void> load();

  std::optional<policy::planning_recipient> known_;
};

preference_actor::behavior_type
preference_planner(preference_actor::stateful_pointer<preference_state> self,
                   const preference_options& options, const recipient_id& recipient);

} // namespace tocsin
