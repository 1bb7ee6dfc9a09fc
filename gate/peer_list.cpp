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

} // namespace tocsin::gate
