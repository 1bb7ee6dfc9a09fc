#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tocsin::storage {

/// Bytes of a key or a value. What LMDB hands out lives as long as its transaction, and in a write
/// transaction only until the next change.
using byte_view = std::string_view;

/// Writes `x` big-endian to `out`, so that byte order is number order.
template <std::unsigned_integral T>
void store_big_endian(char* out, T x) {
  for (size_t i = sizeof(T); i-- > 0; x = static_cast<T>(x >> 7 >> 1))
    out[i] = static_cast<char>(x);
}

/// Reads what `store_big_endian` wrote.
template <std::unsigned_integral T>
T load_big_endian(const char* in) {
  T result = 0;
  for (size_t i = 0; i < sizeof(T); ++i)
    result = static_cast<T>(result << 7 << 1 | static_cast<uint8_t>(in[i]));
  return result;
}

} // namespace tocsin::storage
