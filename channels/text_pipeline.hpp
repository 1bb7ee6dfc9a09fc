#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin::channels {

/// What a provider counts when it limits a text.
enum class text_unit { bytes, utf16, code_points };

/// How long `text` is; it must be well-formed UTF-8, as `clean_text` makes it.
size_t measure(std::string_view text, text_unit unit);

/// The beginning of `text` that, with an ellipsis at its end where something is missing, is at
/// most `limit` long. Cuts between grapheme clusters (UAX #29), so that neither a character nor
/// what people see as one is split; only a cluster longer than the limit is cut within.
std::string cut(std::string_view text, size_t limit, text_unit unit);

/// Turns special characters into what the provider shows as these.
using escape_function = std::string (*)(std::string_view);

/// As `cut`, then escaped, such that the escaped text keeps to the limit. Escaping comes last:
/// cutting after it would split what it wrote.
std::string cut_escaped(std::string_view text, size_t limit, text_unit unit,
                        escape_function escape);

/// `text`, or `placeholder` where nothing of it can be seen: where it is empty or consists of
/// white space and characters without width.
std::string or_placeholder(std::string text, std::string_view placeholder);

/// For HTML text and quoted attributes: `& < > "`.
std::string escape_html(std::string_view text);

/// As `escape_html`, with line breaks where the text has them.
std::string escape_html_lines(std::string_view text);

/// For the inside of a JSON string.
std::string escape_json(std::string_view text);

/// For Telegram's HTML, outside of attributes, and for Slack: `& < >` and nothing else.
std::string escape_entities(std::string_view text);

/// For Discord's Markdown: a backslash before what would format, link or mention. Marks that
/// count at the beginning of a line only are escaped there only; URLs stay clickable.
std::string escape_discord(std::string_view text);

} // namespace tocsin::channels
