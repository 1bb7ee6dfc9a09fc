#include "tests/unit/storage/storage_model.hpp"

#include <algorithm>
#include <tuple>

namespace tocsin::storage {

namespace {

int rank(delivery_state x) {
  return x == delivery_state::pending ? 0 : x == delivery_state::scheduled ? 1 : 2;
}

} // namespace

command_result storage_model::done(uint64_t affected) {
  command_result result;
  result.affected = affected;
  return result;
}

command_result storage_model::stored_as(uint64_t revision) {
  command_result result;
  result.revision = revision;
  return result;
}

bool storage_model::waits(const delivery& x) {
  return x.state == delivery_state::pending || x.state == delivery_state::scheduled;
}

bool storage_model::is_owed(const delivery& x) {
  return waits(x) || x.state == delivery_state::attempting;
}

std::vector<const delivery*> storage_model::owed(const channel_id& id) const {
  std::vector<const delivery*> result;
  for (auto& [key, x] : deliveries)
    if (x.value.channel == id && is_owed(x.value))
      result.push_back(&x.value);
  auto order = [](const delivery* x) { return std::make_tuple(rank(x->state), x->due_at, x->id); };
  std::sort(result.begin(), result.end(), [&](auto* x, auto* y) { return order(x) < order(y); });
  return result;
}

std::vector<const delivery*> storage_model::dead_letters() const {
  std::vector<const delivery*> result;
  for (auto& [key, x] : deliveries)
    if (x.value.state == delivery_state::dead_letter)
      result.push_back(&x.value);
  auto order = [](const delivery* x) { return std::make_tuple(x->channel, x->finished_at, x->id); };
  std::sort(result.begin(), result.end(), [&](auto* x, auto* y) { return order(x) < order(y); });
  return result;
}

void storage_model::forget_if_paid(const channel_id& id) {
  if (owed(id).empty())
    leaving.erase(id);
}

size_t storage_model::prune(timestamp older_than) {
  size_t result = 0;
  for (auto each = events.begin(); each != events.end();) {
    auto& [id, x] = *each;
    // Events lie in the order of their ids, and the first young one ends the search.
    if (x.accepted_at >= older_than)
      break;
    auto size = static_cast<uint32_t>(x.deliveries.size());
    auto is_kept = false;
    for (uint32_t i = 1; i <= size; ++i) {
      auto& delivery = deliveries.at(delivery_id{id.plus(i)}).value;
      is_kept = is_kept || is_owed(delivery) || delivery.finished_at >= older_than;
    }
    if (is_kept) {
      ++each;
      continue;
    }
    for (uint32_t i = 1; i <= size; ++i)
      deliveries.erase(delivery_id{id.plus(i)});
    each = events.erase(each);
    ++result;
  }
  return result;
}

} // namespace tocsin::storage
