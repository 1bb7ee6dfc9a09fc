#pragma once

#include "messages/commands.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::storage {

/// What the audit log says of a command.
struct audit_subject {
  /// For example `channel.create`; of a put without its verb, which depends on what was there.
  std::string action;
  /// For example `channel/01J…`.
  std::string object;
  /// Whether it creates or changes, as the object was there before or not.
  bool is_put = false;
};

/// What the audit log says of `x`; nothing where it is not audited: events and what happens to
/// their deliveries by itself are their own record, and so is the use of a token or a session.
std::optional<audit_subject> audit_subject_of(const command& x);

/// The object of an audited command as it is stored now: a JSON object without secrets, empty if it
/// is not there. Errors: storage_io, storage_corrupt.
expected<std::string> picture_of(const transaction& tx, const command& x);

} // namespace tocsin::storage
