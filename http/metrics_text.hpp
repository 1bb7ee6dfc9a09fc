#pragma once

#include "http/response_counts.hpp"
#include "messages/protocol/metrics.hpp"

#include <cstddef>
#include <string>

namespace tocsin::http {

/// Whether the node accepts events, and what may keep it from that.
struct node_readiness {
  bool is_ready = true;
  bool has_room = true;
  bool can_write = true;
  /// Places taken by what waits to be stored, and how many places there are.
  size_t places_taken = 0;
  size_t places = 0;
};

/// All series of a node in Prometheus' text format (`docs/operations.md` lists them).
std::string to_metrics_text(const node_metrics& x, const node_readiness& readiness,
                            const response_counts& responses);

} // namespace tocsin::http
