#include "storage/repositories/pause_repository.hpp"

#include "storage/engine/lookup.hpp"
#include "storage/records/pause_record.hpp"

namespace tocsin::storage {

expected<std::optional<delivery_pause>> find_pause(const transaction& tx) {
  return find_record(tx, database::meta, pause_key, decode_pause);
}

expected<std::optional<delivery_pause>> find_readable_pause(const transaction& tx,
                                                            const fault_sink& on_unreadable) {
  auto found = find_pause(tx);
  if (found || !is_unreadable(found.error()))
    return found;
  on_unreadable(found.error().detail);
  return std::optional<delivery_pause>{};
}

} // namespace tocsin::storage
