#pragma once

#include "app/bench/run_command.hpp"

namespace tocsin::bench {

/// The flags of `tocsin-bench peer`.
struct peer_options {
  run_options load;
  /// Where the other program accepts events.
  std::string url;
  /// In whose format: `tocsin` or `alertmanager`.
  std::string api = "tocsin";
  /// Where the other program posts to.
  uint16_t sink_port = 0;
  /// Its processes, for what they use together.
  std::vector<int> pids;
};

/// Offers the load to another program than Tocsin and prints the report. Gives what `verdict` says,
/// or unreachable, usage with the reason printed.
cli::exit_code run_peer(const peer_options& options, cli::surroundings& around);

/// Adds `peer` below `root`; parsing it sets `chosen`, which must outlive `root`.
void add_peer_command(CLI::App& root, std::function<cli::exit_code(cli::surroundings&)>& chosen);

} // namespace tocsin::bench
