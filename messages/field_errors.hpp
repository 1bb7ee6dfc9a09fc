#pragma once

#include "messages/failure.hpp"

#include <cstddef>
#include <vector>

namespace tocsin {

/// At most this many faults of one request are reported, so that the answer stays small.
inline constexpr size_t max_field_errors = 50;

/// Whether no more faults are reported: the rest of the request need not be examined. A mebibyte
/// has room for half a million faults.
inline bool is_full(const std::vector<field_error>& errors) {
  return errors.size() >= max_field_errors;
}

} // namespace tocsin
