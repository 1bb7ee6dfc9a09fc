#pragma once

#include "app/bench/load_run.hpp"
#include "app/cli/context.hpp"
#include "app/cli/exit_code.hpp"
#include "app/cli/surroundings.hpp"

#include <functional>
#include <optional>
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
  /// More of its settings, such as `actors.threads=2`.
  std::vector<std::string> settings;
  std::string owner = "admin/admin";
  std::string via = "http";
  /// The CAF door of a service that runs, `HOST:PORT`, and the PEM files that let a panel in.
  std::string gate;
  std::string authority;
  std::string certificate;
  std::string key;
  /// Empty: 64 over HTTP, one over CAF.
  std::optional<unsigned> connections;
  /// Requests in flight on a connection over CAF; empty: as many as hold 10,000 events, at most
  /// 1,000.
  std::optional<unsigned> window;
  uint64_t events = 0;
  double duration_seconds = 0;
  double rate = 0;
  uint64_t batch = 1;
  uint64_t size = 500;
  uint64_t seed = 1;
  unsigned drain_seconds = 30;
  /// Stored before the started service is, and named by the events in turn.
  uint64_t customers = 0;
  /// Deliveries that wait for a dead endpoint before the run.
  uint64_t pending = 0;
  unsigned channels = 1;
  unsigned dead_channels = 0;
  std::string channel_type = "webhook";
  bool has_outage = false;
  /// Above 0: the started service is killed when this many events are accepted, and started again.
  uint64_t kill_after = 0;
  /// Above 0: of the rate that a flood before the run reaches.
  double load_share = 0;
};

/// What the flags about the load say; it has no senders yet.
load_options load_of(const run_options& options);

/// Adds the flags about how many events of which kind are offered how.
void add_load_options(CLI::App& command, run_options& x);

/// Runs the load and prints the report.
/// Gives what `verdict` says, or unreachable, unauthorized, refused, usage with the reason printed.
cli::exit_code run_load(const run_options& options, cli::surroundings& around);

/// Adds `run` below `root`; parsing it sets `chosen`, which must outlive `root`.
void add_run_command(CLI::App& root, std::function<cli::exit_code(cli::surroundings&)>& chosen);

} // namespace tocsin::bench
