#include "actors/registry/delivery_log.hpp"

#include "actors/registry/delivery_reading.hpp"
#include "storage/delivery_repository.hpp"
#include "storage/event_repository.hpp"

#include <fmt/format.h>

namespace tocsin {

caf::result<event_view> delivery_log_state::on_find_event(const find_event& msg) {
  auto tx = storage->read();
  if (!tx)
    return to_error(tx.error());
  auto found = storage::event_repository{*tx}.find_public(msg.id);
  if (!found)
    return to_error(found.error());
  if (!*found)
    return to_error(fail(errc::not_found, fmt::format("there is no event {}", msg.id)));
  auto deliveries = storage::delivery_repository{*tx}.of_event(**found);
  if (!deliveries)
    return to_error(deliveries.error());
  return event_view{std::move(**found), std::move(*deliveries)};
}

caf::result<page<accepted_event>> delivery_log_state::on_list_events(const list_events& msg) {
  auto tx = storage->read();
  if (!tx)
    return to_error(tx.error());
  auto listed = storage::event_repository{*tx}.list(msg.page);
  if (!listed)
    return to_error(listed.error());
  return std::move(*listed);
}

caf::result<delivery_view> delivery_log_state::on_find_delivery(const find_delivery& msg) {
  auto tx = storage->read();
  if (!tx)
    return to_error(tx.error());
  auto found = read_delivery(*tx, msg.id);
  if (!found)
    return to_error(found.error());
  return std::move(*found);
}

caf::result<page<delivery_view>> delivery_log_state::on_list_deliveries(list_deliveries& msg) {
  auto tx = storage->read();
  if (!tx)
    return to_error(tx.error());
  if (!msg.filter.customers.empty()) {
    auto names = names_of_customer(*tx, msg.filter.customers.front());
    if (!names)
      return to_error(names.error());
    msg.filter.customers = std::move(*names);
  }
  auto listed = storage::delivery_repository{*tx}.list(msg.filter, msg.page);
  if (!listed)
    return to_error(listed.error());
  page<delivery_view> result;
  result.next_cursor = std::move(listed->next_cursor);
  for (auto& x : listed->entries) {
    auto carried = read_event_of(*tx, x);
    if (!carried)
      return to_error(carried.error());
    result.entries.push_back({std::move(x), std::move(carried->value), {}});
  }
  return result;
}

delivery_log_actor::behavior_type
delivery_log(delivery_log_actor::stateful_pointer<delivery_log_state> self,
             const std::shared_ptr<storage::environment>& storage,
             const std::shared_ptr<meter_board>& board) {
  using state = delivery_log_state;
  self->state.storage = storage;
  self->state.gauge = actor_gauge{*board, state::name};
  return {
    metered(self, &state::on_find_event),
    metered(self, &state::on_list_events),
    metered(self, &state::on_find_delivery),
    metered(self, &state::on_list_deliveries),
  };
}

} // namespace tocsin
