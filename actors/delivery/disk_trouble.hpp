#pragma once

#include "messages/failure.hpp"

namespace tocsin {

/// Whether what could not be stored may be taken later: the disk is to blame, or whoever keeps the
/// map from growing, and not what was to be stored.
inline bool is_disk_trouble(errc code) {
  return code == errc::storage_full || code == errc::storage_io || code == errc::unavailable;
}

} // namespace tocsin
