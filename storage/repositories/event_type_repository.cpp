#include "storage/repositories/event_type_repository.hpp"

#include "storage/engine/lookup.hpp"
#include "storage/engine/read_all.hpp"
#include "storage/records/event_type_record.hpp"

namespace tocsin::storage {

expected<std::optional<custom_event_type>>
event_type_repository::find(std::string_view name) const {
  // LMDB knows no empty keys.
  if (name.empty())
    return std::optional<custom_event_type>{};
  return find_record(tx_, database::event_types, name, decode_custom_event_type);
}

expected<std::vector<custom_event_type>> event_type_repository::all() const {
  return read_all(tx_, database::event_types, decode_custom_event_type);
}

} // namespace tocsin::storage
