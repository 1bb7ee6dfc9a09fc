#pragma once

#include "actors/shared/channel_access.hpp"
#include "actors/shared/meter.hpp"
#include "actors/shared/pause_board.hpp"
#include "messages/protocol/event_explainer.hpp"
#include "messages/steady_time.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace tocsin {

/// The arguments of the explainer.
struct explainer_options {
  std::shared_ptr<const channel_access> channels;
  wall_clock now;
  monotonic_clock steady_now;
  std::shared_ptr<meter_board> board;
  /// The pauses that the channel actors obey.
  std::shared_ptr<const pause_board> pauses;
};

/// Tells what would become of an event, by the same rules as routing. Reads in its own transaction
/// and sends nothing on, so it adds nothing to the cost of accepting an event.
class event_explainer_state {
public:
  static inline const char* name = "tocsin.event-explainer";
  static constexpr bool survives_exceptions = true;

  caf::result<event_explanation> on_explain_event(explain_event& msg);

  explainer_options options;
  actor_gauge gauge;

private:
  expected<event_explanation> explain(explain_event& msg) const;
  expected<void> add_holds(const storage::transaction& tx, recipient_explanation& x) const;
  void add_operators_pause(recipient_explanation& x, timestamp now) const;
};

event_explainer_actor::behavior_type
event_explainer(event_explainer_actor::stateful_pointer<event_explainer_state> self,
                const explainer_options& options);

} // namespace tocsin
