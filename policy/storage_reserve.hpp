#pragma once

#include <algorithm>
#include <cstdint>

namespace tocsin::policy {

/// The room below which nothing new is taken: `wanted` as it is set, but at most an eighth of
/// `map_limit`, and before that at least as much as a batch of events may take, so that a full disk
/// is a state that is told rather than a commit that fails. All in bytes.
constexpr uint64_t storage_reserve(uint64_t wanted, uint64_t map_limit) {
  constexpr auto least = uint64_t{1} << 20;
  return std::min(std::max(wanted, least), map_limit / 8);
}

} // namespace tocsin::policy
