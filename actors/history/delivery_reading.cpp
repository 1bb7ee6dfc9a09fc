#include "actors/history/delivery_reading.hpp"

#include "actors/shared/event_of_delivery.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/recipient_repository.hpp"

#include <fmt/format.h>

namespace tocsin {

expected<event> read_listed_event_of(const storage::transaction& tx, const delivery& x) {
  auto found = read_event_of(tx, x);
  if (!found)
    return found.error();
  found->value.details = {};
  return std::move(found->value);
}

size_t text_bytes(const delivery_view& x) {
  auto result = x.carried.message.size();
  for (auto& each : x.attempts)
    result += each.result.text.size();
  return result;
}

failure no_such_delivery(const delivery_id& id) {
  return fail(errc::not_found, fmt::format("there is no delivery {}", to_string(id)));
}

expected<delivery_view> read_delivery(const storage::transaction& tx, const delivery_id& id) {
  storage::delivery_repository deliveries{tx};
  auto found = deliveries.find(id);
  if (!found)
    return found.error();
  if (!*found)
    return no_such_delivery(id);
  auto carried = read_event_of(tx, **found);
  if (!carried)
    return carried.error();
  auto attempts = deliveries.attempts(id);
  if (!attempts)
    return attempts.error();
  return delivery_view{std::move(**found), std::move(carried->value), std::move(*attempts)};
}

expected<std::vector<std::string>> names_of_customer(const storage::transaction& tx,
                                                     const std::string& name) {
  auto found = storage::recipient_repository{tx}.find_customer(name);
  if (!found)
    return found.error();
  std::vector<std::string> result{*found ? (*found)->id.name : name};
  if (*found && !(*found)->display_name.empty())
    result.push_back((*found)->display_name);
  return result;
}

expected<void> use_all_names(const storage::transaction& tx, delivery_filter& filter) {
  if (filter.customers.empty())
    return {};
  auto names = names_of_customer(tx, filter.customers.front());
  if (!names)
    return names.error();
  filter.customers = std::move(*names);
  return {};
}

} // namespace tocsin
