#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Telegram's HTML parse mode, as the Bot API server reads it: not a browser's HTML.
namespace tocsin::standin {

/// A formatted part of a text; offset and length in UTF-16 units.
struct text_entity {
  std::string type;
  std::size_t offset;
  std::size_t length;
  /// The URL of a `text_link`, the language of a `pre`, else empty.
  std::string argument;

  bool operator==(const text_entity&) const = default;
};

struct formatted_text {
  std::string text;
  std::vector<text_entity> entities;
};

/// The sentence Telegram puts after `can't parse entities: `.
struct html_fault {
  std::string message;

  bool operator==(const html_fault&) const = default;
};

/// Reads `html`, which must be valid UTF-8: resolves entities and tags.
///
/// Known are the tags `a b strong i em s strike del u ins tg-spoiler span tg-emoji tg-time code pre
/// blockquote`, the entities `&lt; &gt; &amp; &quot;` and numeric ones; other entities stay as they
/// are. Tags must be nested properly. Offsets in faults count bytes of `html`.
std::variant<formatted_text, html_fault> parse_telegram_html(std::string_view html);

} // namespace tocsin::standin
