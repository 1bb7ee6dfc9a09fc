#include "actors/registry/delivery_log.hpp"

#include "storage/delivery_repository.hpp"
#include "storage/event_repository.hpp"

#include <fmt/format.h>

namespace tocsin {

namespace {

/// The event that a delivery carries; without its details where many are listed.
expected<event> event_of(const storage::transaction& tx, const delivery& x) {
  auto found = storage::event_repository{tx}.find(x.event);
  if (!found)
    return found.error();
  return *found ? std::move((*found)->value) : event{};
}

} // namespace

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
  storage::delivery_repository deliveries{*tx};
  auto found = deliveries.find(msg.id);
  if (!found)
    return to_error(found.error());
  if (!*found)
    return to_error(
      fail(errc::not_found, fmt::format("there is no delivery {}", to_string(msg.id))));
  auto carried = event_of(*tx, **found);
  if (!carried)
    return to_error(carried.error());
  auto attempts = deliveries.attempts(msg.id);
  if (!attempts)
    return to_error(attempts.error());
  return delivery_view{std::move(**found), std::move(*carried), std::move(*attempts)};
}

caf::result<page<delivery_view>>
delivery_log_state::on_list_deliveries(const list_deliveries& msg) {
  auto tx = storage->read();
  if (!tx)
    return to_error(tx.error());
  storage::delivery_filter filter{msg.channel, msg.state, msg.event_type};
  auto listed = storage::delivery_repository{*tx}.list(filter, msg.page);
  if (!listed)
    return to_error(listed.error());
  page<delivery_view> result;
  result.next_cursor = std::move(listed->next_cursor);
  for (auto& x : listed->entries) {
    auto carried = event_of(*tx, x);
    if (!carried)
      return to_error(carried.error());
    result.entries.push_back({std::move(x), std::move(*carried), {}});
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
