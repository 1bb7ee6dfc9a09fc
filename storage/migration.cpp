#include "storage/migration.hpp"

#include "storage/dead_letter_index.hpp"

namespace tocsin::storage {

expected<void> migrate(write_transaction& tx, uint32_t from) {
  // Version 2 gave channels and deliveries more fields at the end; records of version 1 are read as
  // they are and written anew when they change.
  if (from < 3)
    if (auto indexed = index_dead_letters(tx); !indexed)
      return indexed;
  return {};
}

} // namespace tocsin::storage
