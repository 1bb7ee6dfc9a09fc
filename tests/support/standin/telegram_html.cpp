#include "tests/support/standin/telegram_html.hpp"

#include "tests/support/standin/text_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace tocsin::standin {

namespace {

constexpr std::array<std::string_view, 17> known_tags{
  "a",   "b",          "strong", "i",        "em",      "s",    "strike", "del",       "u",
  "ins", "tg-spoiler", "span",   "tg-emoji", "tg-time", "code", "pre",    "blockquote"};

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\0';
}

void append_utf8(std::string& out, char32_t value) {
  auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((value >> shift) & 0x3F)); };
  if (value < 0x80) {
    out += static_cast<char>(value);
  } else if (value < 0x800) {
    out += static_cast<char>(0xC0 | (value >> 6));
    tail(0);
  } else if (value < 0x10000) {
    out += static_cast<char>(0xE0 | (value >> 12));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0 | (value >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::string_view entity_type(std::string_view tag) {
  if (tag == "b" || tag == "strong")
    return "bold";
  if (tag == "i" || tag == "em")
    return "italic";
  if (tag == "s" || tag == "strike" || tag == "del")
    return "strikethrough";
  if (tag == "u" || tag == "ins")
    return "underline";
  if (tag == "tg-spoiler" || tag == "span")
    return "spoiler";
  if (tag == "a")
    return "text_link";
  if (tag == "tg-emoji")
    return "custom_emoji";
  return tag == "tg-time" ? "date_time" : tag;
}

struct open_tag {
  std::string name;
  std::string argument;
  std::size_t offset;
  std::size_t text_begin;
};

class html_parser {
public:
  explicit html_parser(std::string_view html) : html_(html) {}

  std::variant<formatted_text, html_fault> run() {
    while (at_ < html_.size() && !fault_) {
      if (html_[at_] == '<')
        read_tag();
      else
        read_text();
    }
    if (!fault_ && !open_.empty())
      fail(fmt::format("Can't find end tag corresponding to start tag \"{}\"", open_.back().name));
    if (!fault_ && !valid_utf8(result_.text))
      fail("Text contains invalid Unicode characters after decoding HTML entities, check for "
           "unmatched surrogate code units");
    if (fault_)
      return html_fault{*fault_};
    sort_entities();
    return std::move(result_);
  }

private:
  /// The byte at the cursor; NUL at the end.
  char peek() const { return at_ < html_.size() ? html_[at_] : '\0'; }
  bool at_end() const { return at_ >= html_.size(); }

  void fail(std::string message) { fault_ = std::move(message); }

  void skip_blanks() {
    while (!at_end() && is_blank(peek()))
      ++at_;
  }

  void read_text() {
    if (peek() == '&') {
      if (auto value = read_entity()) {
        append_utf8(result_.text, *value);
        return;
      }
    }
    result_.text += html_[at_++];
  }

  /// Reads a character reference at the cursor; leaves the cursor alone if there is none.
  std::optional<char32_t> read_entity() {
    auto rest = html_.substr(at_);
    char32_t value = 0;
    std::size_t length = 0;
    if (rest.starts_with("&#")) {
      int base = rest.size() > 2 && rest[2] == 'x' ? 16 : 10;
      const auto* first = rest.data() + (base == 16 ? 3 : 2);
      std::uint32_t number = 0;
      auto read = std::from_chars(first, rest.data() + rest.size(), number, base);
      if (read.ec != std::errc{} || number == 0 || number >= 0x10FFFF)
        return std::nullopt;
      value = number;
      length = static_cast<std::size_t>(read.ptr - rest.data());
    } else {
      auto name = rest.substr(1, rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz", 1) - 1);
      value = name == "lt" ? U'<' : name == "gt" ? U'>' : name == "amp" ? U'&' : U'\0';
      value = name == "quot" ? U'"' : value;
      length = name.size() + 1;
      if (value == 0)
        return std::nullopt;
    }
    at_ += length;
    if (peek() == ';')
      ++at_;
    return value;
  }

  void read_tag() {
    auto begin = at_++;
    if (peek() == '/')
      read_end_tag(begin);
    else
      read_start_tag(begin);
  }

  void read_start_tag(std::size_t begin) {
    while (!at_end() && !is_blank(peek()) && peek() != '>')
      ++at_;
    if (at_end())
      return fail(fmt::format("Unclosed start tag at byte offset {}", begin));
    auto name = lowered(html_.substr(begin + 1, at_ - begin - 1));
    if (std::ranges::find(known_tags, name) == known_tags.end())
      return fail(fmt::format("Unsupported start tag \"{}\" at byte offset {}", name, begin));
    std::string argument;
    while (!fault_) {
      skip_blanks();
      if (peek() == '>')
        break;
      read_attribute(name, argument, begin);
    }
    if (fault_)
      return;
    ++at_;
    if (name == "span" && argument != "spoiler")
      return fail(
        fmt::format("Tag \"span\" must have class \"tg-spoiler\" at byte offset {}", begin));
    open_.push_back({name, argument, utf16_units(result_.text), result_.text.size()});
  }

  void read_attribute(const std::string& tag, std::string& argument, std::size_t begin) {
    auto name_begin = at_;
    while (!at_end() && !is_blank(peek()) && peek() != '=' && peek() != '>')
      ++at_;
    auto name = lowered(html_.substr(name_begin, at_ - name_begin));
    if (name.empty() && !at_end())
      return fail(
        fmt::format("Empty attribute name in the tag \"{}\" at byte offset {}", tag, begin));
    skip_blanks();
    if (at_end())
      return fail(fmt::format("Unclosed start tag \"{}\" at byte offset {}", tag, begin));
    if (peek() != '=') {
      if (tag == "blockquote" && name == "expandable")
        return;
      return fail(fmt::format("Expected equal sign in declaration of an attribute of the tag "
                              "\"{}\" at byte offset {}",
                              tag, begin));
    }
    ++at_;
    skip_blanks();
    if (at_end())
      return fail(fmt::format("Unclosed start tag \"{}\" at byte offset {}", tag, begin));
    auto value = read_value();
    if (!fault_ && at_end())
      return fail(fmt::format("Unclosed start tag at byte offset {}", begin));
    take_argument(tag, name, value, argument);
  }

  std::string read_value() {
    std::string value;
    if (peek() != '\'' && peek() != '"') {
      auto begin = at_;
      while (std::isalnum(static_cast<unsigned char>(peek())) != 0 || peek() == '.'
             || peek() == '-')
        ++at_;
      value = lowered(html_.substr(begin, at_ - begin));
      if (!is_blank(peek()) && peek() != '>')
        fail(fmt::format("Unexpected end of name token at byte offset {}", begin));
      return value;
    }
    char quote = html_[at_++];
    while (!at_end() && peek() != quote) {
      auto entity = peek() == '&' ? read_entity() : std::nullopt;
      if (entity)
        append_utf8(value, *entity);
      else
        value += html_[at_++];
    }
    if (!at_end())
      ++at_;
    return value;
  }

  static void take_argument(std::string_view tag, std::string_view name, std::string_view value,
                            std::string& argument) {
    if (tag == "a" && name == "href")
      argument = value;
    else if (tag == "code" && name == "class" && value.starts_with("language-"))
      argument = value.substr(9);
    else if (tag == "span" && name == "class" && value.starts_with("tg-"))
      argument = value.substr(3);
    else if (tag == "tg-emoji" && name == "emoji-id")
      argument = value;
  }

  void read_end_tag(std::size_t begin) {
    if (open_.empty())
      return fail(fmt::format("Unexpected end tag at byte offset {}", begin));
    while (!at_end() && !is_blank(peek()) && peek() != '>')
      ++at_;
    auto name = html_.substr(begin + 2, at_ - begin - 2);
    skip_blanks();
    if (peek() != '>')
      return fail(fmt::format("Unclosed end tag at byte offset {}", begin));
    ++at_;
    auto tag = std::move(open_.back());
    open_.pop_back();
    if (!name.empty() && name != tag.name)
      return fail(fmt::format("Unmatched end tag at byte offset {}, expected \"</{}>\", found "
                              "\"</{}>\"",
                              begin, tag.name, name));
    close(tag);
  }

  void close(open_tag& tag) {
    auto length = utf16_units(result_.text) - tag.offset;
    if (length == 0)
      return;
    if (tag.name == "a") {
      if (tag.argument.empty())
        tag.argument = result_.text.substr(tag.text_begin);
      // What is no URL becomes plain text without complaint.
      if (tag.argument.find('.') == std::string::npos)
        return;
    }
    if (tag.name == "span")
      tag.argument.clear();
    result_.entities.push_back(
      {std::string{entity_type(tag.name)}, tag.offset, length, std::move(tag.argument)});
  }

  void sort_entities() {
    std::ranges::stable_sort(result_.entities, [](const text_entity& a, const text_entity& b) {
      return a.offset != b.offset ? a.offset < b.offset : a.length > b.length;
    });
  }

  std::string_view html_;
  std::size_t at_ = 0;
  formatted_text result_;
  std::vector<open_tag> open_;
  std::optional<std::string> fault_;
};

} // namespace

std::variant<formatted_text, html_fault> parse_telegram_html(std::string_view html) {
  return html_parser{html}.run();
}

} // namespace tocsin::standin
