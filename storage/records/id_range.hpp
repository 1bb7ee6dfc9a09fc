#pragma once

#include "messages/ids.hpp"
#include "messages/timestamp.hpp"

#include <algorithm>
#include <cstdint>

namespace tocsin::storage {

/// The least id of an instant; ids have 48 bits for their milliseconds.
inline ulid first_id_at(timestamp at) {
  constexpr int64_t last_ms = (int64_t{1} << 48) - 1;
  auto ms = std::clamp<int64_t>(to_unix_ms(at), 0, last_ms);
  ulid result;
  for (size_t i = 0; i < 6; ++i)
    result.bytes[i] = static_cast<uint8_t>(ms >> (8 * (5 - i)));
  return result;
}

} // namespace tocsin::storage
