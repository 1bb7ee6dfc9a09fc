#pragma once

#include "messages/failure.hpp"
#include "messages/session.hpp"
#include "storage/engine/transaction.hpp"

#include <optional>
#include <string_view>

namespace tocsin::storage {

/// Reads sessions, links into the portal and passwords. Errors everywhere: storage_io,
/// storage_corrupt.
class session_repository {
public:
  explicit session_repository(const transaction& tx) : tx_(tx) {}

  expected<std::optional<session>> find(const sha256_digest& digest) const;

  expected<std::optional<portal_link>> find_link(const sha256_digest& digest) const;

  expected<std::optional<password_hash>> find_password(std::string_view admin) const;

private:
  const transaction& tx_;
};

} // namespace tocsin::storage
