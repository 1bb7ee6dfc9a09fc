#include "messages/text.hpp"

#include "messages/find_byte.hpp"

#include <cstdint>
#include <utility>

namespace tocsin {

namespace {

/// What becomes of line breaks and tabs.
enum class breaks {
  /// They stay, but for carriage returns.
  kept,
  /// They stay, carriage returns too.
  kept_with_returns,
  /// Each becomes a space.
  turned_into_spaces,
};

template <breaks Breaks>
bool is_plain(char c) {
  return (c >= 0x20 && c < 0x7f)
         || (Breaks != breaks::turned_into_spaces && (c == '\n' || c == '\t'))
         || (Breaks == breaks::kept_with_returns && c == '\r');
}

constexpr uint32_t ill_formed = 0xffffffff;

struct decoded {
  uint32_t code_point;
  size_t length;
};

/// The ranges of second bytes are those of table 3-7 of the Unicode standard: they keep out
/// overlong forms, surrogates and everything above U+10FFFF.
decoded decode(std::string_view text) {
  auto byte = [text](size_t i) { return static_cast<uint8_t>(text[i]); };
  auto lead = byte(0);
  if (lead < 0x80)
    return {lead, 1};
  size_t length = 0;
  uint8_t low = 0x80;
  uint8_t high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf)
    length = 2;
  else if (lead >= 0xe0 && lead <= 0xef)
    length = 3;
  else if (lead >= 0xf0 && lead <= 0xf4)
    length = 4;
  else
    return {ill_formed, 1};
  if (lead == 0xe0)
    low = 0xa0;
  else if (lead == 0xed)
    high = 0x9f;
  else if (lead == 0xf0)
    low = 0x90;
  else if (lead == 0xf4)
    high = 0x8f;
  uint32_t result = lead & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if (i >= text.size() || byte(i) < low || byte(i) > high)
      return {ill_formed, i};
    result = result << 6 | (byte(i) & 0x3fu);
    low = 0x80;
    high = 0xbf;
  }
  return {result, length};
}

bool is_dropped(uint32_t c) {
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f)
         || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/// Whether `c` is a line break or a tab; U+2028 and U+2029 separate lines and paragraphs.
bool is_break(uint32_t c) {
  return c == '\r' || c == '\n' || c == '\t' || c == 0x2028 || c == 0x2029;
}

template <breaks Breaks>
std::string cleaned(std::string text) {
  auto first = find_byte(text, 0, [](char c) { return !is_plain<Breaks>(c); });
  if (first == text.size())
    return text;
  std::string result(text, 0, first);
  std::string_view rest{text};
  rest.remove_prefix(first);
  while (!rest.empty()) {
    auto [code_point, length] = decode(rest);
    if (code_point == ill_formed)
      result += "\xef\xbf\xbd";
    else if (Breaks == breaks::turned_into_spaces && is_break(code_point))
      result += ' ';
    else if (!is_dropped(code_point) || (Breaks == breaks::kept_with_returns && code_point == '\r'))
      result += rest.substr(0, length);
    rest.remove_prefix(length);
  }
  return result;
}

} // namespace

std::string clean_text(std::string text) {
  return cleaned<breaks::kept>(std::move(text));
}

std::string repair_text(std::string text) {
  return cleaned<breaks::kept_with_returns>(std::move(text));
}

std::string clean_line(std::string text) {
  return cleaned<breaks::turned_into_spaces>(std::move(text));
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string lower_ascii(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return text;
}

} // namespace tocsin
