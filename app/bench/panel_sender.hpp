#pragma once

#include "app/bench/payload.hpp"
#include "app/bench/sender.hpp"
#include "client/config.hpp"

namespace tocsin::bench {

/// How panels reach the service through the CAF door.
struct panel_way {
  /// The nodes and the certificate. Its window is made as wide as the run needs it.
  client::config panel;
  /// How many panels, each with its own connection.
  unsigned connections = 1;
  /// Submissions that each panel has in flight.
  unsigned window = 1000;
  /// Events in the largest submission.
  uint64_t batch = 1;
};

/// One sender per place in the window of each panel. The panels are actors of `tocsin::client` in
/// their own actor system with one thread, as within a program that has other things to do.
sender_factory panel_senders(const panel_way& way, const run_mark& mark,
                             const payload_options& payload);

} // namespace tocsin::bench
