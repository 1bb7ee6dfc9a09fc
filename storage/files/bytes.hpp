#pragma once

#include <boost/endian/conversion.hpp>

#include <concepts>
#include <string_view>

namespace tocsin::storage {

/// Bytes of a key or a value. What LMDB hands out lives as long as its transaction, and in a write
/// transaction only until the next change.
using byte_view = std::string_view;

/// Writes `x` big-endian to `out`, so that byte order is number order.
template <std::unsigned_integral T>
void store_big_endian(char* out, T x) {
  using boost::endian::order;
  boost::endian::endian_store<T, sizeof(T), order::big>(reinterpret_cast<unsigned char*>(out), x);
}

/// Reads what `store_big_endian` wrote.
template <std::unsigned_integral T>
T load_big_endian(const char* in) {
  using boost::endian::order;
  return boost::endian::endian_load<T, sizeof(T), order::big>(
    reinterpret_cast<const unsigned char*>(in));
}

} // namespace tocsin::storage
