#pragma once

#include <cstddef>
#include <string_view>

namespace tocsin {

/// The position of the first byte from `from` on for which `is_sought(char)` is true, or the size
/// of `text`. Works in blocks without a branch for each byte, which the compiler turns into vector
/// instructions: for texts in which such a byte is rare.
template <class Predicate>
size_t find_byte(std::string_view text, size_t from, Predicate is_sought) {
  // g++ 12 unrolls a loop of 16 before it considers vectors.
  constexpr size_t block = 32;
  for (; from + block <= text.size(); from += block) {
    unsigned char has_one = 0;
    for (size_t i = 0; i < block; ++i)
      has_one |= static_cast<unsigned char>(is_sought(text[from + i]));
    if (has_one != 0)
      break;
  }
  while (from < text.size() && !is_sought(text[from]))
    ++from;
  return from;
}

} // namespace tocsin
