#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Texts, and the units in which the providers count: bytes, code points, UTF-16 units.
namespace tocsin::standin {

/// One character read from a text, and how many bytes it took.
struct decoded_char {
  char32_t value;
  std::size_t bytes;
};

/// Reads the character that starts at `at`; nothing if the bytes there are not valid UTF-8
/// (overlong forms, surrogates and values above U+10FFFF are not).
std::optional<decoded_char> decode_char(std::string_view text, std::size_t at);

/// True if all of `text` is well-formed UTF-8.
bool valid_utf8(std::string_view text);

/// How many code points `text`, which must be valid UTF-8, has.
std::size_t code_points(std::string_view text);

/// How many UTF-16 code units `text`, which must be valid UTF-8, would have.
std::size_t utf16_units(std::string_view text);

/// `text` with small ASCII letters.
std::string lowered(std::string_view text);

/// `text` without ASCII white space at both ends.
std::string_view trimmed(std::string_view text);

} // namespace tocsin::standin
