#pragma once

#include "http/backend.hpp"
#include "messages/admission.hpp"
#include "messages/failure.hpp"

#include <optional>

namespace tocsin::http {

/// Why the node takes no events; nothing while it takes them.
inline std::optional<failure> find_unreadiness(const backend& actors, const admission& door) {
  if (door.is_closed())
    return fail(errc::shutting_down, "no new events are taken");
  if (!*actors.has_room)
    return fail(errc::unavailable, "no new events are taken, as the storage is nearly full; "
                                   "deliveries go on");
  if (!*actors.can_write)
    return fail(errc::unavailable, "the disk does not take what is written; what is owed is kept, "
                                   "and the disk is tried again every second");
  return std::nullopt;
}

} // namespace tocsin::http
