#include "gate/peer_list.hpp"

#include <algorithm>

namespace tocsin::gate {

std::optional<peer_role> peer_list::role_of(const link::certificate& x) const {
  auto names_it = [&x](const std::string& entry) { return link::is_named(x, entry); };
  if (std::any_of(panels.begin(), panels.end(), names_it))
    return peer_role::panel;
  if (std::any_of(nodes.begin(), nodes.end(), names_it))
    return peer_role::node;
  return std::nullopt;
}

std::vector<std::string> split_entries(std::string_view text) {
  constexpr std::string_view white = " \t";
  std::vector<std::string> result;
  while (!text.empty()) {
    auto comma = text.find(',');
    auto entry = text.substr(0, comma);
    text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
    auto begin = entry.find_first_not_of(white);
    if (begin != entry.npos)
      result.emplace_back(entry.substr(begin, entry.find_last_not_of(white) + 1 - begin));
  }
  return result;
}

} // namespace tocsin::gate
