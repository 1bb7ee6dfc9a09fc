#include "storage/upkeep/prune_counts.hpp"

#include "storage/engine/erase_all.hpp"
#include "storage/records/hourly_record.hpp"

#include <string>
#include <vector>

namespace tocsin::storage {

expected<uint32_t> prune_counts(write_transaction& tx, timestamp older_than, uint32_t limit) {
  hour_key end{older_than};
  std::vector<std::string> keys;
  {
    auto at = tx.open_cursor(database::hourly_counts);
    if (!at)
      return at.error();
    auto found = at->first();
    for (; found && *found && keys.size() < limit && at->key() < byte_view{end}; found = at->next())
      keys.emplace_back(at->key());
    if (!found)
      return found.error();
  }
  if (auto erased = erase_all(tx, database::hourly_counts, keys); !erased)
    return erased.error();
  return static_cast<uint32_t>(keys.size());
}

} // namespace tocsin::storage
