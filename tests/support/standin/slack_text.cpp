#include "tests/support/standin/slack_text.hpp"

#include "tests/support/standin/json_shape.hpp"

#include <fmt/format.h>

namespace tocsin::standin {

namespace {

bool is_entity(std::string_view rest) {
  return rest.starts_with("&amp;") || rest.starts_with("&lt;") || rest.starts_with("&gt;");
}

/// True if `inside`, what stands between `<` and `>`, is a link that a sender may write.
bool is_link(std::string_view inside) {
  auto target = inside.substr(0, inside.find('|'));
  if (inside.find('<') != std::string_view::npos)
    return false;
  return is_web_url(target) || (target.starts_with("mailto:") && target.size() > 7);
}

fault check_entities(std::string_view text, std::string_view where) {
  for (auto at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
    if (!is_entity(text.substr(at)))
      return fmt::format("{}: raw & at byte {}", where, at);
  }
  return std::nullopt;
}

} // namespace

fault check_mrkdwn(std::string_view text, std::string_view where) {
  if (auto f = check_entities(text, where))
    return f;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '>')
      return fmt::format("{}: raw > at byte {}", where, at);
    if (text[at] != '<')
      continue;
    auto end = text.find('>', at);
    if (end == std::string_view::npos || !is_link(text.substr(at + 1, end - at - 1)))
      return fmt::format("{}: raw < at byte {} does not open a link", where, at);
    at = end;
  }
  return std::nullopt;
}

} // namespace tocsin::standin
