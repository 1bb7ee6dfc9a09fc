#include "tests/support/standin/text_units.hpp"

namespace tocsin::standin {

namespace {

bool continues(unsigned char c) {
  return (c & 0xC0) == 0x80;
}

/// How many bytes a character with this first byte has; 0 if no character starts so.
std::size_t length_from(unsigned char first) {
  if (first < 0x80)
    return 1;
  if (first >= 0xC2 && first < 0xE0)
    return 2;
  if (first >= 0xE0 && first < 0xF0)
    return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

} // namespace

std::optional<decoded_char> decode_char(std::string_view text, std::size_t at) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  auto bytes = length_from(byte(0));
  if (bytes == 0 || at + bytes > text.size())
    return std::nullopt;
  if (bytes == 1)
    return decoded_char{byte(0), 1};
  char32_t value = byte(0) & (0xFF >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!continues(byte(i)))
      return std::nullopt;
    value = value << 6 | (byte(i) & 0x3F);
  }
  bool overlong = (bytes == 3 && value < 0x800) || (bytes == 4 && value < 0x10000);
  bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF)
    return std::nullopt;
  return decoded_char{value, bytes};
}

bool valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    auto read = decode_char(text, at);
    if (!read)
      return false;
    at += read->bytes;
  }
  return true;
}

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (unsigned char c : text)
    count += continues(c) ? 0 : 1;
  return count;
}

std::size_t utf16_units(std::string_view text) {
  std::size_t count = 0;
  for (unsigned char c : text) {
    if (!continues(c))
      count += c >= 0xF0 ? 2 : 1;
  }
  return count;
}

std::string lowered(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view white = " \t\r\n\v\f";
  auto first = text.find_first_not_of(white);
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

} // namespace tocsin::standin
