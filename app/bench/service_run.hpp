#pragma once

#include "app/bench/process_meter.hpp"
#include "app/bench/report.hpp"
#include "app/bench/spawned_server.hpp"
#include "app/cli/context.hpp"
#include "app/cli/session.hpp"
#include "client/config.hpp"
#include "link/credentials.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace tocsin::bench {

/// The CAF door of a service that is measured.
struct gate_access {
  client::node_address node;
  link::credential_files files;
};

/// A service that takes the events of a run.
struct loaded_service {
  cli::connection server;
  /// Where the events go in over CAF instead of HTTP.
  std::optional<gate_access> gate = {};
  /// What its process used until now; empty: not known.
  std::function<process_use()> use = {};
  /// Who owns the channel of the run.
  std::string owner = "admin/admin";
  /// Where its data lie, for how they grow; empty: not known.
  std::filesystem::path data = {};
  run_mark mark = run_mark::random();
  /// How long it took to start, where that is known.
  std::optional<std::chrono::nanoseconds> ready_within = {};

  /// A server of our own, over HTTP; it outlives this.
  static loaded_service of(const spawned_server& server);
};

struct service_run {
  run_report report;
  /// What `verdict` says, or why the channel could not be removed.
  cli::exit_code code;
};

/// Offers `load`, whose senders are made here, with channels of the run's own, which are removed
/// afterwards unless they are to stay. Errors: unreachable, unauthorized, refused, usage, with the
/// reason printed.
cli::outcome<service_run> run_on_service(const loaded_service& service, load_options load,
                                         cli::surroundings& around);

/// Says on the error stream that the data lie on tmpfs.
void warn_of_memory(cli::surroundings& around);

} // namespace tocsin::bench
