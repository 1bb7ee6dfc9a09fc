#pragma once

#include <algorithm>
#include <string_view>

namespace tocsin::channels {

/// `text` without any of `blanks` at its ends.
inline std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r\n") {
  auto from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos)
    return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

/// Whether there are control characters of ASCII in it.
inline bool has_controls(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    auto u = static_cast<unsigned char>(c);
    return u < 0x20 || u == 0x7f;
  });
}

/// Whether a byte of UTF-8 continues a character that began before it.
inline bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

} // namespace tocsin::channels
