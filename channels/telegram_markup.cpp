#include "channels/telegram_markup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace tocsin::channels {

namespace {

constexpr std::array<std::string_view, 16> known_tags{
  "b",   "strong", "i",          "em",   "u",   "ins",  "s",          "strike",
  "del", "a",      "tg-spoiler", "span", "pre", "code", "blockquote", "tg-emoji"};

} // namespace

std::optional<std::string> find_markup_fault(std::string_view text) {
  std::vector<std::string_view> open;
  for (auto at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
    auto end = text.find('>', at);
    if (end == std::string_view::npos)
      return "this '<' does not begin a tag; write '&lt;' for the character";
    auto tag = text.substr(at + 1, end - at - 1);
    auto closes = tag.starts_with('/');
    auto name = closes ? tag.substr(1) : tag.substr(0, tag.find(' '));
    if (std::find(known_tags.begin(), known_tags.end(), name) == known_tags.end())
      return fmt::format("Telegram does not support the tag '<{}>'", tag.substr(0, 40));
    if (!closes)
      open.push_back(name);
    else if (open.empty() || open.back() != name)
      return fmt::format("'</{}>' closes a tag that is not open", name);
    else
      open.pop_back();
  }
  if (!open.empty())
    return fmt::format("'<{}>' is not closed", open.back());
  return std::nullopt;
}

} // namespace tocsin::channels
