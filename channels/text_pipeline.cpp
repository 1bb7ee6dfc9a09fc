#include "channels/text_pipeline.hpp"

#include "channels/characters.hpp"
#include "messages/json_string.hpp"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cctype>
#include <memory>

namespace tocsin::channels {

namespace {

constexpr std::string_view ellipsis = "\xe2\x80\xa6";

/// How much the byte at the beginning of a character, or within it, adds to the length.
size_t weight(char c, text_unit unit) {
  if (unit == text_unit::bytes)
    return 1;
  if (is_continuation(c))
    return 0;
  // Only what lies beyond the basic plane, four bytes in UTF-8, needs a surrogate pair.
  return unit == text_unit::utf16 && static_cast<unsigned char>(c) >= 0xf0 ? 2 : 1;
}

/// The end of the longest beginning of whole characters within `limit`.
size_t character_end(std::string_view text, size_t limit, text_unit unit) {
  size_t length = 0;
  size_t end = 0;
  size_t i = 0;
  while (i < text.size()) {
    do
      length += weight(text[i++], unit);
    while (i < text.size() && is_continuation(text[i]));
    if (length > limit)
      break;
    end = i;
  }
  return end;
}

struct text_closer {
  void operator()(UText* x) const { utext_close(x); }
};

/// The last boundary between grapheme clusters up to `end`; 0 if there is none.
size_t cluster_end(std::string_view text, size_t end) {
  auto status = U_ZERO_ERROR;
  // Making one takes far longer than using it.
  thread_local std::unique_ptr<icu::BreakIterator> breaks{
    icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status)};
  // Clusters are short: what lies far behind the cut has no say in it.
  constexpr size_t lookahead = 256;
  auto shown = text.substr(0, std::min(text.size(), end + lookahead));
  std::unique_ptr<UText, text_closer> view{
    utext_openUTF8(nullptr, shown.data(), static_cast<int64_t>(shown.size()), &status)};
  if (U_FAILURE(status) || !breaks)
    return end;
  breaks->setText(view.get(), status);
  auto at = static_cast<int32_t>(end);
  if (U_FAILURE(status) || breaks->isBoundary(at))
    return end;
  auto before = breaks->preceding(at);
  return before == icu::BreakIterator::DONE ? 0 : static_cast<size_t>(before);
}

bool is_invisible(UChar32 c) {
  return u_isUWhiteSpace(c) || u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)
         || c == 0x2800;
}

/// Whether `text` goes on like `smile:`, which makes an emoji; times and URLs are not.
bool begins_shortcode(std::string_view text) {
  auto name = text.substr(0, text.find(':'));
  auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return name.size() < text.size() && std::any_of(name.begin(), name.end(), is_letter)
         && std::all_of(name.begin(), name.end(), [&](char c) {
              return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
            });
}

/// The URL that `text` begins with, up to the next blank or `<`; empty where it begins with none.
std::string_view leading_url(std::string_view text) {
  if (!text.starts_with("http://") && !text.starts_with("https://"))
    return {};
  return text.substr(0, text.find_first_of(" \t\n<"));
}

/// For Discord, which formats nothing within a URL: escapes only what no URL holds as it is, and
/// what could end a link's text or target.
void append_url(std::string& to, std::string_view url) {
  constexpr std::string_view specials = "\\`|]";
  size_t open = 0;
  for (char c : url) {
    auto closes_nothing = c == ')' && open == 0;
    if (c == '(')
      ++open;
    else if (c == ')' && open > 0)
      --open;
    if (closes_nothing || specials.find(c) != std::string_view::npos)
      to += '\\';
    to += c;
  }
}

std::string escape_with(std::string_view text, bool quotes) {
  std::string result;
  result.reserve(text.size());
  for (char c : text)
    switch (c) {
    case '&': result += "&amp;"; break;
    case '<': result += "&lt;"; break;
    case '>': result += "&gt;"; break;
    case '"': result += quotes ? "&quot;" : "\""; break;
    default: result += c;
    }
  return result;
}

} // namespace

size_t measure(std::string_view text, text_unit unit) {
  if (unit == text_unit::bytes)
    return text.size();
  size_t result = 0;
  for (char c : text)
    result += weight(c, unit);
  return result;
}

std::string cut(std::string_view text, size_t limit, text_unit unit) {
  // No unit counts more than the bytes.
  if (text.size() <= limit || measure(text, unit) <= limit)
    return std::string{text};
  auto mark = measure(ellipsis, unit);
  if (limit < mark)
    return {};
  auto end = character_end(text, limit - mark, unit);
  if (auto whole = cluster_end(text, end); whole > 0)
    end = whole;
  return std::string{text.substr(0, end)}.append(ellipsis);
}

std::string cut_escaped(std::string_view text, size_t limit, text_unit unit,
                        escape_function escape) {
  for (auto allowed = limit; allowed > 0;) {
    auto result = escape(cut(text, allowed, unit));
    auto length = measure(result, unit);
    if (length <= limit)
      return result;
    // At least one step less, at best by the share that escaping added.
    allowed = std::min(allowed - 1, std::min(allowed, measure(text, unit)) * limit / length);
  }
  return {};
}

std::string or_placeholder(std::string text, std::string_view placeholder) {
  int32_t i = 0;
  auto length = static_cast<int32_t>(text.size());
  while (i < length) {
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(text.data(), i, length, c);
    if (!is_invisible(c))
      return text;
  }
  return std::string{placeholder};
}

std::string escape_html(std::string_view text) {
  return escape_with(text, true);
}

std::string escape_html_lines(std::string_view text) {
  std::string result;
  for (char c : escape_html(text))
    if (c == '\n')
      result += "<br>\n";
    else
      result += c;
  return result;
}

std::string escape_json(std::string_view text) {
  std::string quoted;
  append_json_string(quoted, text);
  return quoted.substr(1, quoted.size() - 2);
}

std::string escape_entities(std::string_view text) {
  return escape_with(text, false);
}

std::string escape_discord(std::string_view text) {
  constexpr std::string_view anywhere = "\\*_~|`[]()<@";
  constexpr std::string_view at_line_start = "#>-+";
  std::string result;
  result.reserve(text.size() + text.size() / 8);
  bool line_start = true;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    auto within_word
      = i > 0 && (std::isalnum(static_cast<unsigned char>(text[i - 1])) != 0 || text[i - 1] == '_');
    if (auto url = within_word ? std::string_view{} : leading_url(text.substr(i)); !url.empty()) {
      append_url(result, url);
      i += url.size() - 1;
      line_start = false;
      continue;
    }
    auto is_special = anywhere.find(c) != std::string_view::npos
                      || (line_start && at_line_start.find(c) != std::string_view::npos)
                      || (c == ':' && begins_shortcode(text.substr(i + 1)));
    if (is_special)
      result += '\\';
    result += c;
    line_start = c == '\n' || (line_start && c == ' ');
  }
  return result;
}

} // namespace tocsin::channels
