#pragma once

#include "messages/failure.hpp"
#include "storage/engine/erase_all.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/files/fault_sink.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tocsin::storage {

/// Erases up to `limit` entries of `db` that `is_over` is true of. Those that cannot be read stay,
/// and `on_unreadable` is told of each.
template <class Decode, class IsOver>
expected<void> erase_where(write_transaction& tx, database db, Decode decode, IsOver is_over,
                           const fault_sink& on_unreadable = ignore_fault,
                           size_t limit = SIZE_MAX) {
  std::vector<std::string> keys;
  {
    auto at = tx.open_cursor(db);
    if (!at)
      return at.error();
    auto found = at->first();
    for (; found && *found && keys.size() < limit; found = at->next()) {
      auto x = decode(at->key(), at->value());
      if (!x)
        on_unreadable(x.error().detail);
      else if (is_over(*x))
        keys.emplace_back(at->key());
    }
    if (!found)
      return found.error();
  }
  return erase_all(tx, db, keys);
}

} // namespace tocsin::storage
