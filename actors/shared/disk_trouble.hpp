#pragma once

#include "messages/failure.hpp"

#include <chrono>

namespace tocsin {

/// After trouble with the disk it is given this long before the next try.
inline constexpr std::chrono::milliseconds pause_after_disk_trouble{1000};

/// Whether what could not be stored may be taken later: the disk is to blame, or whoever keeps the
/// map from growing, and not what was to be stored.
inline bool is_disk_trouble(errc code) {
  return code == errc::storage_full || code == errc::storage_io || code == errc::unavailable;
}

} // namespace tocsin
