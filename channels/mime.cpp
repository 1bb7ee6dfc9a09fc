#include "channels/mime.hpp"

#include "channels/characters.hpp"
#include "channels/signature.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace tocsin::channels {

namespace {

/// RFC 2045 §6.7 and §6.8.
constexpr size_t max_encoded_line = 76;
/// RFC 5322 §2.1.1 advises 78 without CRLF; lines with encoded words have 76 (RFC 2047 §2).
constexpr size_t max_header_line = 76;
/// `=?UTF-8?B?` and `?=`.
constexpr size_t encoded_word_frame = 12;

bool is_printable_ascii(char c) {
  return c >= 0x20 && c < 0x7f;
}

std::string single_line(std::string_view text) {
  std::string result{text};
  std::replace_if(
    result.begin(), result.end(), [](char c) { return c == '\r' || c == '\n' || c == '\t'; }, ' ');
  return result;
}

/// Words folded onto lines; `used` characters of the first line are taken already.
std::string folded(std::string_view text, size_t used) {
  std::string result;
  while (!text.empty()) {
    // A word goes with the spaces before it, as a fold stands before white space.
    auto end = text.find(' ', std::min(text.find_first_not_of(' '), text.size()));
    auto word = text.substr(0, end);
    // A line of spaces alone would be taken for nothing (RFC 5322 §3.2.2).
    auto is_blank = word.find_first_not_of(' ') == std::string_view::npos;
    if (used + word.size() > max_header_line && word.front() == ' ' && !is_blank) {
      result += "\r\n";
      used = 0;
    }
    result += word;
    used += word.size();
    text.remove_prefix(word.size());
  }
  return result;
}

/// Encoded words, each on a line of its own after the first, on which `used` characters are taken.
std::string encoded_words(std::string_view text, size_t used) {
  std::string result;
  while (!text.empty()) {
    // A line of 76 with its leading space leaves the 75 that an encoded word may have.
    auto digits = max_header_line - used - encoded_word_frame;
    auto end = std::min(digits / 4 * 3, text.size());
    while (end > 0 && end < text.size() && is_continuation(text[end]))
      --end;
    end = std::max<size_t>(end, 1);
    if (!result.empty())
      result += "\r\n ";
    result += fmt::format("=?UTF-8?B?{}?=", to_base64(text.substr(0, end)));
    text.remove_prefix(end);
    used = 1;
  }
  return result;
}

bool needs_encoding(std::string_view text) {
  constexpr size_t max_word = 60;
  size_t word = 0;
  for (char c : text) {
    word = c == ' ' ? 0 : word + 1;
    if (!is_printable_ascii(c) || word > max_word)
      return true;
  }
  return text.find("=?") != std::string_view::npos || text.starts_with(' ') || text.ends_with(' ');
}

std::string quoted_printable(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  size_t column = 0;
  auto put = [&](std::string_view piece, bool ends_line) {
    // Room for the soft break's own sign, where the line goes on.
    if (column + piece.size() > max_encoded_line - (ends_line ? 0 : 1)) {
      result += "=\r\n";
      column = 0;
    }
    result += piece;
    column += piece.size();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    if (c == '\n') {
      result += "\r\n";
      column = 0;
      continue;
    }
    auto ends_line = i + 1 == text.size() || text[i + 1] == '\n';
    auto is_plain = (is_printable_ascii(c) && c != '=') || c == '\t';
    if ((c == ' ' || c == '\t') && ends_line)
      is_plain = false;
    // Neither a mail server nor a mailbox file may see these at the beginning of a line.
    auto would_start_line = column == 0 || column + 1 > max_encoded_line - (ends_line ? 0 : 1);
    if (would_start_line && (c == '.' || text.substr(i, 5) == "From "))
      is_plain = false;
    if (is_plain) {
      put({&c, 1}, ends_line);
    } else {
      auto u = static_cast<unsigned char>(c);
      char coded[] = {'=', digits[u >> 4], digits[u & 15]};
      put({coded, sizeof coded}, ends_line);
    }
  }
  return result;
}

std::string base64_lines(std::string_view text) {
  // Text is encoded with the line ends it has on the wire (RFC 2045 §6.8).
  std::string canonical;
  canonical.reserve(text.size() + text.size() / 32);
  for (char c : text) {
    if (c == '\n')
      canonical += '\r';
    canonical += c;
  }
  auto digits = to_base64(canonical);
  std::string result;
  result.reserve(digits.size() + digits.size() / 32);
  for (size_t i = 0; i < digits.size(); i += max_encoded_line) {
    if (i > 0)
      result += "\r\n";
    result.append(digits, i, max_encoded_line);
  }
  return result;
}

} // namespace

std::string text_header(std::string_view name, std::string_view text) {
  auto line = single_line(text);
  auto value
    = needs_encoding(line) ? encoded_words(line, name.size() + 2) : folded(line, name.size() + 2);
  return fmt::format("{}: {}\r\n", name, value);
}

namespace {

/// A mailbox on a line of which `used` characters are taken.
std::string written_mailbox(const mailbox& x, size_t used) {
  if (x.name.empty())
    return x.address;
  auto display = single_line(x.name);
  if (needs_encoding(display)) {
    display = encoded_words(display, used);
  } else {
    std::string quoted = "\"";
    for (char c : display) {
      if (c == '"' || c == '\\')
        quoted += '\\';
      quoted += c;
    }
    display = folded(quoted + '"', used);
  }
  auto last_line = display.substr(display.rfind('\n') + 1);
  auto fits = used + last_line.size() + 3 + x.address.size() <= max_header_line;
  return fmt::format("{}{} <{}>", display, fits ? "" : "\r\n", x.address);
}

} // namespace

std::string mailbox_header(std::string_view name, std::span<const mailbox> all) {
  auto result = fmt::format("{}: ", name);
  for (auto used = result.size(); auto& x : all) {
    if (&x != &all.front()) {
      result += ",\r\n ";
      used = 1;
    }
    result += written_mailbox(x, used);
  }
  return result + "\r\n";
}

std::string mail_date(timestamp x) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(
                       std::chrono::time_point_cast<std::chrono::system_clock::duration>(x))));
}

std::string body_part(std::string_view content_type, std::string_view text) {
  auto content = quoted_printable(text);
  std::string_view encoding = "quoted-printable";
  if (auto other = base64_lines(text); other.size() < content.size()) {
    content = std::move(other);
    encoding = "base64";
  }
  return fmt::format("Content-Type: {}; charset=UTF-8\r\nContent-Transfer-Encoding: {}\r\n\r\n{}",
                     content_type, encoding, content);
}

} // namespace tocsin::channels
