#pragma once

#include "messages/audit.hpp"
#include "messages/page.hpp"
#include "messages/protocol/failure.hpp"

#include <caf/typed_actor.hpp>

#include <optional>
#include <string>

namespace tocsin {

/// Lists changes, newest first. A page may hold fewer entries than its limit and still
/// have a next one, if the filters let few pass.
struct list_audit_entries {
  std::optional<author_kind> kind;
  /// The author's id; empty for all.
  std::string author;
  /// The object, or one that contains it: `channel/01J…`, `channel`, `customer/acme`. Empty for
  /// all.
  std::string object;
  std::optional<timestamp> since;
  page_request page;
};

/// Tells who changed what, from its own read transactions. Errors: invalid_argument (cursor).
using audit_log_actor
  = caf::typed_actor<caf::replies_to<list_audit_entries>::with<page<audit_entry>>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::list_audit_entries)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::page<tocsin::audit_entry>)
