#pragma once

#include "link/certificate.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tocsin::gate {

/// What a peer may do: a panel sends events and asks for stats, a node asks for stats only.
enum class peer_role : uint8_t { panel, node };

/// The peers that are let in. An entry is a subject alternative name (DNS name or URI) or a
/// certificate's fingerprint, as `link::parse_peer_entries` gives them.
struct peer_list {
  std::vector<std::string> panels;
  std::vector<std::string> nodes;

  /// The role of the certificate's owner; nothing if it is not on the list. Who stands under both
  /// is a panel.
  std::optional<peer_role> role_of(const link::certificate& x) const;
};

} // namespace tocsin::gate
