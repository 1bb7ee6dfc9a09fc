#include "actors/ingest/ingress.hpp"

#include "actors/shared/metered.hpp"
#include "messages/event_json.hpp"
#include "messages/field_errors.hpp"
#include "policy/event_rules.hpp"
#include "policy/idempotency_key.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin {

caf::result<events_accepted> ingress_state::on_submit(submit_events& msg) {
  // Before anything else: each event gets a copy of the key.
  if (!msg.idempotency_key.empty() && !policy::is_idempotency_key(msg.idempotency_key))
    return to_error(
      fail(errc::invalid_argument, "'Idempotency-Key' takes 1 to 200 printable ASCII characters"));
  auto baton = std::make_shared<submission>();
  baton->events.reserve(msg.events.size());
  std::vector<field_error> faults;
  auto count = msg.events.size();
  for (size_t i = 0; i < count && !is_full(faults); ++i) {
    auto& x = msg.events[i];
    auto pointer = count == 1 ? std::string{} : fmt::format("/{}", i);
    auto found = policy::admit_event(x, now(), pointer);
    auto told = std::min(found.size(), max_field_errors - faults.size());
    faults.insert(faults.end(), found.begin(), found.begin() + static_cast<ptrdiff_t>(told));
    auto key = policy::idempotency_key(msg.idempotency_key, i, count);
    baton->events.push_back({std::move(x), std::move(key), {}, {}});
  }
  if (!faults.empty())
    return to_error(policy::invalid_event(std::move(faults)));
  return self->delegate(router, route_submission{std::move(baton)});
}

ingress_actor::behavior_type ingress(ingress_actor::stateful_pointer<ingress_state> self,
                                     const trigger_router_actor& router, const wall_clock& now,
                                     const std::shared_ptr<meter_board>& board) {
  self->state.self = self;
  self->state.router = router;
  self->state.now = now;
  self->state.gauge = actor_gauge{*board, ingress_state::name};
  return {metered(self, &ingress_state::on_submit)};
}

} // namespace tocsin
