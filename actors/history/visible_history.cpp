#include "actors/history/visible_history.hpp"

#include "policy/delivery_plan.hpp"
#include "storage/repositories/recipient_repository.hpp"

#include <algorithm>

namespace tocsin {

expected<recipient> find_viewer(const storage::transaction& tx, const recipient_id& id) {
  auto found = storage::recipient_repository{tx}.find(id);
  if (!found)
    return found.error();
  if (!*found)
    return fail(errc::not_found, "there is no recipient " + to_string(id));
  return std::move(**found);
}

bool is_visible_to(const delivery& x, const recipient& who) {
  return x.recipient == who.id && x.created_at >= who.created_at;
}

void confine(delivery_filter& filter, const recipient& who) {
  filter.recipient = who.id;
  filter.since = std::max(filter.since.value_or(who.created_at), who.created_at);
}

bool confine(accepted_event& x, std::vector<delivery>& deliveries, const recipient& who) {
  if (x.accepted_at < who.created_at || !policy::concerns(x.value, who))
    return false;
  auto is_other = [&who](auto& each) { return each.recipient != who.id; };
  std::erase_if(deliveries, is_other);
  std::erase_if(x.unreached, is_other);
  x.deliveries = static_cast<uint32_t>(deliveries.size());
  return !deliveries.empty() || !x.unreached.empty();
}

} // namespace tocsin
