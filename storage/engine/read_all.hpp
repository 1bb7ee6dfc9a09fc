#pragma once

#include "messages/failure.hpp"
#include "storage/engine/lookup.hpp"

#include <utility>
#include <vector>

namespace tocsin::storage {

/// Every record of `db` in the order of the keys, read with `decode(key, value)`, which gives
/// `expected<T>`. For databases that stay small.
/// Errors: those of `decode`, storage_io, storage_corrupt.
template <class Decode>
auto read_all(const transaction& tx, database db, Decode decode)
  -> expected<std::vector<typename decltype(decode(byte_view{}, byte_view{}))::value_type>> {
  std::vector<typename decltype(decode(byte_view{}, byte_view{}))::value_type> result;
  auto visited = visit_records(tx, db, [&](byte_view key, byte_view value) -> expected<void> {
    auto each = decode(key, value);
    if (!each)
      return each.error();
    result.push_back(std::move(*each));
    return {};
  });
  if (!visited)
    return visited.error();
  return result;
}

} // namespace tocsin::storage
