#pragma once

#include "app/cli/exit_code.hpp"
#include "app/cli/surroundings.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace tocsin::bench {

/// The flags of `tocsin-bench limits`.
struct limits_options {
  double seconds = 5;
  unsigned connections = 64;
  uint64_t size = 500;
  uint64_t seed = 1;
  /// Where to put logs and the data of the service.
  std::string scratch;
  /// A `tocsind` to compare with the chain.
  std::string spawn;
  /// More of its settings, such as `actors.threads=2`.
  std::vector<std::string> settings;
  std::string format = "table";
};

/// Measures each stage alone, the chain of them, and the service if one is given, one after the
/// other, and prints the report. Gives what `limits_verdict` says; unreachable where the scratch
/// directory or the service cannot be made; refused, with the reason printed, where a stage ended
/// before its time.
cli::exit_code run_limits(const limits_options& options, cli::surroundings& around);

/// Adds `limits` below `root`; parsing it sets `chosen`, which must outlive `root`.
void add_limits_command(CLI::App& root, std::function<cli::exit_code(cli::surroundings&)>& chosen);

} // namespace tocsin::bench
