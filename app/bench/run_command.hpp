#pragma once

#include "app/cli/context.hpp"
#include "app/cli/exit_code.hpp"
#include "app/cli/surroundings.hpp"

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace tocsin::bench {

/// The flags of `tocsin-bench run`.
struct run_options {
  cli::connection_flags connection;
  std::string format = "table";
  /// The server's process, for what it uses; 0: not known.
  int pid = 0;
  /// A `tocsind` to start for the run, instead of one that runs.
  std::string spawn;
  /// Where its data lie.
  std::string scratch;
  /// More of its settings, as `actors.threads=2`.
  std::vector<std::string> settings;
  std::string owner = "admin/admin";
  unsigned connections = 64;
  uint64_t events = 0;
  double duration_seconds = 0;
  double rate = 0;
  uint64_t batch = 1;
  uint64_t size = 500;
  uint64_t seed = 1;
  unsigned drain_seconds = 30;
};

/// Runs the load and prints the report.
/// Gives what `verdict` says, or unreachable, unauthorized, refused, usage with the reason printed.
cli::exit_code run_load(const run_options& options, cli::surroundings& around);

/// Adds `run` below `root`; parsing it sets `chosen`, which must outlive `root`.
void add_run_command(CLI::App& root, std::function<cli::exit_code(cli::surroundings&)>& chosen);

} // namespace tocsin::bench
