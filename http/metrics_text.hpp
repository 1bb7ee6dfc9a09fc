#pragma once

#include "messages/protocol/metrics.hpp"

#include <string>

namespace tocsin::http {

/// Whether the node takes events, and what may keep it from that.
struct node_readiness {
  bool is_ready = true;
  bool has_room = true;
  bool can_write = true;
};

/// All series of a node in Prometheus' text format (`docs/operations.md` lists them).
std::string to_metrics_text(const node_metrics& x, const node_readiness& readiness);

} // namespace tocsin::http
