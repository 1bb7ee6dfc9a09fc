#include "storage/event_type_repository.hpp"

#include "storage/event_type_record.hpp"
#include "storage/lookup.hpp"

namespace tocsin::storage {

expected<std::optional<custom_event_type>>
event_type_repository::find(std::string_view name) const {
  // LMDB knows no empty keys.
  if (name.empty())
    return std::optional<custom_event_type>{};
  return find_record(tx_, database::event_types, name, decode_custom_event_type);
}

expected<std::vector<custom_event_type>> event_type_repository::all() const {
  auto at = tx_.open_cursor(database::event_types);
  if (!at)
    return at.error();
  std::vector<custom_event_type> result;
  auto found = at->first();
  for (; found && *found; found = at->next()) {
    auto each = decode_custom_event_type(at->key(), at->value());
    if (!each)
      return each.error();
    result.push_back(std::move(*each));
  }
  if (!found)
    return found.error();
  return result;
}

} // namespace tocsin::storage
