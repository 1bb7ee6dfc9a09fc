#pragma once

#include "http/response.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tocsin::http {

/// How many responses a server has given, by their status code. All members may be called from any
/// thread.
class response_counts {
public:
  /// Counts one; `status` is one of `all_statuses`.
  void add(unsigned status) { counts_[place_of(status)].fetch_add(1, std::memory_order_relaxed); }

  uint64_t of(unsigned status) const {
    return counts_[place_of(status)].load(std::memory_order_relaxed);
  }

private:
  static size_t place_of(unsigned status);

  /// In the order of `all_statuses`, and one for any that is not there.
  std::array<std::atomic<uint64_t>, all_statuses.size() + 1> counts_{};
};

} // namespace tocsin::http
