#pragma once

#include "messages/failure.hpp"
#include "messages/page.hpp"
#include "messages/token.hpp"
#include "storage/engine/transaction.hpp"

#include <optional>
#include <vector>

namespace tocsin::storage {

/// Reads API tokens. Errors everywhere: storage_io, storage_corrupt.
class token_repository {
public:
  explicit token_repository(const transaction& tx) : tx_(tx) {}

  expected<std::optional<token>> find(const token_id& id) const;

  /// Finds the token whose text has this digest.
  expected<std::optional<token>> find_by_digest(const sha256_digest& digest) const;

  /// Tokens, oldest first. What cannot be read is left out. Errors: invalid_argument (cursor).
  expected<page<token>> list(const page_request& request) const;

  /// All tokens, oldest first.
  expected<std::vector<token>> all() const;

private:
  const transaction& tx_;
};

} // namespace tocsin::storage
