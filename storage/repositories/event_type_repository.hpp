#pragma once

#include "messages/custom_event_type.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace tocsin::storage {

/// Reads custom event types. Errors everywhere: storage_io, storage_corrupt.
class event_type_repository {
public:
  explicit event_type_repository(const transaction& tx) : tx_(tx) {}

  expected<std::optional<custom_event_type>> find(std::string_view name) const;

  /// All of them, in the order of their names.
  expected<std::vector<custom_event_type>> all() const;

private:
  const transaction& tx_;
};

} // namespace tocsin::storage
