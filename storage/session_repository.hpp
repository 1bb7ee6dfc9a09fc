#pragma once

#include "messages/failure.hpp"
#include "messages/session.hpp"
#include "storage/fault_sink.hpp"
#include "storage/transaction.hpp"

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

/// Ends all sessions of `who` and withdraws all links that are for it. Those that cannot be read,
/// and so let nobody in, stay. Errors: storage_full, storage_io, storage_corrupt.
expected<void> lock_out(write_transaction& tx, const recipient_id& who);

/// Removes sessions and links that have expired by `now`, up to `limit` of each. Those that cannot
/// be read, and so let nobody in, stay, and `on_unreadable` is told of each.
/// Errors: storage_full, storage_io, storage_corrupt.
expected<void> prune_sessions(write_transaction& tx, timestamp now, uint32_t limit,
                              const fault_sink& on_unreadable = ignore_fault);

} // namespace tocsin::storage
