#include "messages/hex.hpp"

#include <string_view>

namespace tocsin {

std::string to_hex(std::span<const uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  result.reserve(bytes.size() * 2);
  for (auto x : bytes) {
    result += digits[x >> 4];
    result += digits[x & 15];
  }
  return result;
}

} // namespace tocsin
