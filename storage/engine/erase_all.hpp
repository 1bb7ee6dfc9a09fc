#pragma once

#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

#include <string>
#include <vector>

namespace tocsin::storage {

/// Erases the entries of `db` under `keys`, which were gathered before, as erasing moves cursors.
/// Errors: storage_io, storage_full.
inline expected<void> erase_all(write_transaction& tx, database db,
                                const std::vector<std::string>& keys) {
  for (auto& key : keys)
    if (auto erased = tx.erase(db, key); !erased)
      return erased.error();
  return {};
}

} // namespace tocsin::storage
