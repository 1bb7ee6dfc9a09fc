#include "tests/support/standin/mail_rules.hpp"

#include "tests/support/standin/signatures.hpp"
#include "tests/support/standin/text_units.hpp"
#include "tests/support/standin/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace tocsin::standin {

namespace {

constexpr std::size_t max_encoded_word = 75;
constexpr std::size_t max_line_with_encoded_word = 76;
constexpr std::array<std::string_view, 9> single_fields{
  "date", "from", "sender", "reply-to", "to", "cc", "message-id", "subject", "mime-version"};

/// The lines of the header block; nothing if the message has no end of one.
std::vector<std::string_view> header_lines(std::string_view message) {
  std::vector<std::string_view> lines;
  while (!message.empty()) {
    auto end = std::min(message.find("\r\n"), message.size());
    auto line = message.substr(0, end);
    if (line.empty())
      break;
    lines.push_back(line);
    message.remove_prefix(std::min(end + 2, message.size()));
  }
  return lines;
}

std::optional<std::string> decode_q(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      result += text[i] == '_' ? ' ' : text[i];
      continue;
    }
    auto digits = text.substr(i + 1, 2);
    auto hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
    if (digits.size() < 2 || !std::ranges::all_of(digits, hex))
      return std::nullopt;
    result += static_cast<char>(std::stoi(std::string{digits}, nullptr, 16));
    i += 2;
  }
  return result;
}

fault check_encoded_word(std::string_view word) {
  if (word.size() > max_encoded_word)
    return fmt::format("an encoded word of {} characters", word.size());
  auto inside = word.substr(2, word.size() - 4);
  auto first = inside.find('?');
  auto charset = lowered(inside.substr(0, first));
  auto encoding = lowered(inside.substr(first + 1, 1));
  auto text = inside.substr(first + 3);
  auto decoded = encoding == "b" ? decode_base64(text) : decode_q(text);
  if (!decoded || (encoding != "b" && encoding != "q"))
    return fmt::format("the encoded word {} does not decode", word);
  if (charset == "utf-8" && !valid_utf8(*decoded))
    return fmt::format("the encoded word {} splits a character", word);
  return std::nullopt;
}

/// The first encoded word in `line` from `at` on, with its delimiters; empty if there is none.
std::string_view find_encoded_word(std::string_view line, std::size_t at) {
  for (auto begin = line.find("=?", at); begin != line.npos; begin = line.find("=?", begin + 2)) {
    auto first = line.find('?', begin + 2);
    auto second = first == line.npos ? first : line.find('?', first + 1);
    auto end = second == line.npos ? second : line.find("?=", second + 1);
    if (end != line.npos && second == first + 2)
      return line.substr(begin, end + 2 - begin);
  }
  return {};
}

fault check_encoded_words(std::string_view line) {
  for (std::size_t at = 0;;) {
    auto word = find_encoded_word(line, at);
    if (word.empty())
      return std::nullopt;
    if (line.size() > max_line_with_encoded_word)
      return fmt::format("an encoded word on a line of {} characters", line.size());
    if (auto f = check_encoded_word(word))
      return f;
    at = static_cast<std::size_t>(word.data() - line.data()) + word.size();
  }
}

bool is_field_name(std::string_view name) {
  return !name.empty()
         && std::ranges::all_of(name, [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

} // namespace

fault check_mail_message(std::string_view message) {
  std::map<std::string, int, std::less<>> seen;
  bool first = true;
  for (auto line : header_lines(message)) {
    bool continued = line.front() == ' ' || line.front() == '\t';
    auto colon = line.find(':');
    if (continued ? first : colon == line.npos || !is_field_name(line.substr(0, colon)))
      return fmt::format("not a header field: {}", line);
    if (continued && trimmed(line).empty())
      return "a folded header line is blank";
    if (!continued)
      ++seen[lowered(line.substr(0, colon))];
    if (auto f = check_encoded_words(line))
      return f;
    first = false;
  }
  for (auto name : {"date", "from"}) {
    if (!seen.contains(name))
      return fmt::format("the header field {} is missing", name);
  }
  for (auto name : single_fields) {
    if (auto i = seen.find(name); i != seen.end() && i->second > 1)
      return fmt::format("the header field {} occurs {} times", name, i->second);
  }
  return std::nullopt;
}

} // namespace tocsin::standin
