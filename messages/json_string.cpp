#include "messages/json_string.hpp"

#include "messages/find_byte.hpp"

namespace tocsin {

namespace {

/// Where the first character from `from` on stands that needs an escape in JSON, or the end.
size_t find_special(std::string_view text, size_t from) {
  return find_byte(text, from, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
  });
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  size_t plain_from = 0;
  for (auto i = find_special(text, 0); i < text.size(); i = find_special(text, plain_from)) {
    auto c = static_cast<unsigned char>(text[i]);
    out += text.substr(plain_from, i - plain_from);
    plain_from = i + 1;
    switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
      out += "\\u00";
      out += hex[c >> 4];
      out += hex[c & 15];
    }
  }
  out += text.substr(plain_from);
  out += '"';
}

} // namespace tocsin
