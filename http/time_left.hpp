#pragma once

#include "messages/timestamp.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

namespace tocsin::http {

/// How long access that ends at `end` lasts yet: from 0 to `limit`, and `limit` where it has no
/// end. The limit is put in milliseconds, as an end that is centuries away does not fit into the
/// nanoseconds of a steady clock.
inline std::chrono::milliseconds time_left(std::optional<timestamp> end,
                                           std::chrono::milliseconds limit) {
  if (!end)
    return limit;
  return std::clamp(*end - system_wall_clock()(), std::chrono::milliseconds{0}, limit);
}

} // namespace tocsin::http
