#pragma once

#include "messages/audit.hpp"
#include "messages/failure.hpp"
#include "messages/page.hpp"
#include "storage/engine/transaction.hpp"

#include <optional>
#include <string>

namespace tocsin::storage {

/// Which entries of the audit log are asked for.
struct audit_filter {
  std::optional<author_kind> kind;
  /// The author's id; empty for all.
  std::string author;
  /// The object, or one that contains it: `channel/01J…`, `channel`, `customer/acme`. Empty for
  /// all.
  std::string object;
  /// Entries made from then on.
  std::optional<timestamp> since;
};

/// Reads the audit log. Errors everywhere: storage_io, storage_corrupt.
class audit_repository {
public:
  explicit audit_repository(const transaction& tx) : tx_(tx) {}

  /// Entries that `filter` lets through, newest first. A page may hold fewer than its limit and
  /// still have a next one, where the filter lets few through or entries are long. What cannot be
  /// read is left out. Errors: invalid_argument (cursor).
  expected<page<audit_entry>> list(const audit_filter& filter, const page_request& request) const;

private:
  const transaction& tx_;
};

} // namespace tocsin::storage
