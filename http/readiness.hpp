#pragma once

#include "http/backend.hpp"
#include "messages/admission.hpp"
#include "messages/failure.hpp"

#include <chrono>
#include <optional>

namespace tocsin::http {

/// A disk that takes longer for one write hangs; a busy one takes a fraction of a second.
inline constexpr std::chrono::seconds longest_write{5};

/// Why the node accepts no events; nothing while it accepts them.
inline std::optional<failure> find_unreadiness(const backend& actors, const admission& door) {
  if (door.is_closed())
    return fail(errc::shutting_down, "no new events are accepted");
  if (!*actors.has_room)
    return fail(errc::unavailable, "no new events are accepted: the storage is nearly full; "
                                   "deliveries continue");
  if (!*actors.can_write)
    return fail(errc::unavailable, "the disk rejects writes; pending deliveries are kept, and the "
                                   "disk is tried again every second");
  if (actors.write_duration() > longest_write)
    return fail(errc::unavailable, "the disk does not answer a write; pending deliveries are kept, "
                                   "and events are accepted again once it does");
  return std::nullopt;
}

} // namespace tocsin::http
