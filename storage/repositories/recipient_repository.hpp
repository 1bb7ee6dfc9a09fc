#pragma once

#include "messages/failure.hpp"
#include "messages/page.hpp"
#include "messages/recipient.hpp"
#include "storage/engine/transaction.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace tocsin::storage {

/// Reads recipients and their preferences. Errors everywhere: storage_io, storage_corrupt.
class recipient_repository {
public:
  explicit recipient_repository(const transaction& tx) : tx_(tx) {}

  expected<std::optional<recipient>> find(const recipient_id& id) const;

  /// Finds a customer by the name in its id or by its exact display name.
  expected<std::optional<recipient>> find_customer(std::string_view name) const;

  /// All admins, by name.
  expected<std::vector<recipient>> admins() const;

  /// Recipients of one kind, by name. Errors: invalid_argument (cursor).
  expected<page<recipient>> list(recipient_kind kind, const page_request& request) const;

  /// A recipient's preference; nothing if none was ever stored.
  expected<std::optional<preference>> find_preference(const recipient_id& id) const;

private:
  const transaction& tx_;
};

} // namespace tocsin::storage
