#pragma once

#include "messages/failure.hpp"
#include "storage/transaction.hpp"

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

} // namespace tocsin::storage
