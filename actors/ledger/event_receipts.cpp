#include "actors/ledger/event_receipts.hpp"

#include "storage/commands/earlier_acceptance.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/event_repository.hpp"

#include <algorithm>

namespace tocsin {

namespace {

/// The id under which the API shows an event.
std::string shown_id(const accept_event& x, const event_id& stored) {
  return x.value.id.empty() ? to_string(stored) : x.value.id;
}

event_receipt read_receipt(const storage::transaction& tx, const accept_event& x,
                           const event_id& known) {
  event_receipt result{shown_id(x, known), 0, true};
  auto found = storage::event_repository{tx}.find(known);
  if (!found || !*found)
    return result;
  result.id = storage::public_id(**found);
  auto deliveries = storage::delivery_repository{tx}.of_event(**found);
  if (!deliveries)
    return result;
  auto was_sent = [](const delivery& each) { return each.state != delivery_state::suppressed; };
  result.deliveries
    = static_cast<uint32_t>(std::count_if(deliveries->begin(), deliveries->end(), was_sent));
  return result;
}

} // namespace

event_receipt receipt_of(const accept_event& x) {
  auto is_sent = [](const planned_delivery& each) { return each.reason == suppression::none; };
  auto sent = std::count_if(x.deliveries.begin(), x.deliveries.end(), is_sent);
  return {shown_id(x, x.id), static_cast<uint32_t>(sent), false};
}

event_receipt receipt_again(storage::environment& env, const accept_event& x,
                            const event_id& known) {
  auto tx = env.read_unpublished();
  return tx ? read_receipt(*tx, x, known) : event_receipt{shown_id(x, known), 0, true};
}

expected<std::optional<events_accepted>> receipts_again(storage::environment& env,
                                                        const std::vector<command>& events) {
  auto tx = env.read_unpublished();
  if (!tx)
    return tx.error();
  events_accepted result;
  for (auto& each : events) {
    auto& x = std::get<accept_event>(each);
    auto earlier = storage::find_earlier_acceptance(*tx, x);
    if (!earlier)
      return earlier.error();
    if (!*earlier)
      return std::optional<events_accepted>{};
    result.receipts.push_back(read_receipt(*tx, x, (*earlier)->event));
  }
  return std::optional{std::move(result)};
}

} // namespace tocsin
