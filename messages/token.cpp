#include "messages/token.hpp"

namespace tocsin {

std::string_view to_string(token_scope x) {
  switch (x) {
  case token_scope::events_write: return "events:write";
  case token_scope::read: return "read";
  case token_scope::write: return "write";
  case token_scope::read_sensitive: return "read:sensitive";
  case token_scope::stats: return "stats";
  }
  return "unknown";
}

std::optional<token_scope> parse_token_scope(std::string_view text) {
  for (auto x : all_token_scopes)
    if (to_string(x) == text)
      return x;
  return std::nullopt;
}

std::vector<std::string> scope_names(uint8_t scopes) {
  std::vector<std::string> result;
  for (auto x : all_token_scopes)
    if ((scopes & static_cast<uint8_t>(x)) != 0)
      result.emplace_back(to_string(x));
  return result;
}

} // namespace tocsin
