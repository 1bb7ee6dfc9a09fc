#pragma once

#include "actors/shared/meter.hpp"
#include "messages/protocol/delivery_log.hpp"
#include "storage/engine/environment.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace tocsin {

/// Answers what became of events and deliveries. Reads only, and never makes the writer wait.
class delivery_log_state {
public:
  static inline const char* name = "tocsin.delivery-log";
  static constexpr bool survives_exceptions = true;

  caf::result<event_view> on_find_event(const find_event& msg);
  caf::result<page<accepted_event>> on_list_events(const list_events& msg);
  caf::result<delivery_view> on_find_delivery(const find_delivery& msg);
  caf::result<page<delivery_view>> on_list_deliveries(list_deliveries& msg);
  caf::result<delivery_summary> on_summarise_deliveries(const summarise_deliveries& msg);

  std::shared_ptr<storage::environment> storage;
  wall_clock now;
  actor_gauge gauge;
};

delivery_log_actor::behavior_type
delivery_log(delivery_log_actor::stateful_pointer<delivery_log_state> self,
             const std::shared_ptr<storage::environment>& storage, const wall_clock& now,
             const std::shared_ptr<meter_board>& board);

} // namespace tocsin
