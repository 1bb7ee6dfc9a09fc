#include "storage/migration.hpp"

#include "storage/dead_letter_index.hpp"
#include "storage/hourly_counts.hpp"

namespace tocsin::storage {

expected<void> migrate(write_transaction& tx, uint32_t from, const fault_sink& on_unreadable) {
  // Versions 2, 4 and 5 gave records more fields at the end; older ones are read as they are and
  // written anew when they change.
  if (from < 3)
    if (auto indexed = index_dead_letters(tx, on_unreadable); !indexed)
      return indexed;
  if (from < 5)
    if (auto counted = count_stored(tx, on_unreadable); !counted)
      return counted;
  return {};
}

} // namespace tocsin::storage
