#pragma once

#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

#include <optional>
#include <utility>

namespace tocsin::storage {

/// Finds the value under `key` and reads it with `decode(key, value)`, which gives `expected<T>`.
template <class Decode>
auto find_record(const transaction& tx, database db, byte_view key, Decode decode)
  -> expected<std::optional<typename decltype(decode(key, key))::value_type>> {
  using result_type = std::optional<typename decltype(decode(key, key))::value_type>;
  auto value = tx.find(db, key);
  if (!value)
    return value.error();
  if (!*value)
    return result_type{};
  auto result = decode(key, **value);
  if (!result)
    return result.error();
  return result_type{std::move(*result)};
}

/// Calls `visit(key, value)`, which gives `expected<void>`, with every record of `db`, in the order
/// of the keys. Ends at the first failure.
template <class Visit>
expected<void> visit_records(const transaction& tx, database db, Visit visit) {
  auto at = tx.open_cursor(db);
  if (!at)
    return at.error();
  auto found = at->first();
  for (; found && *found; found = at->next())
    if (auto visited = visit(at->key(), at->value()); !visited)
      return visited;
  if (!found)
    return found.error();
  return {};
}

} // namespace tocsin::storage
