#pragma once

#include "app/bench/report.hpp"
#include "app/bench/spawned_server.hpp"
#include "app/cli/context.hpp"
#include "app/cli/session.hpp"
#include "client/config.hpp"
#include "link/credentials.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>

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
  /// For what it uses; 0: not known.
  pid_t process = 0;
  /// Who owns the channel of the run.
  std::string owner = "admin/admin";
  /// Where its data lie, for how they grow; empty: not known.
  std::filesystem::path data = {};
  run_mark mark = run_mark::random();

  /// A server of our own, over HTTP.
  static loaded_service of(const spawned_server& server);
};

struct service_run {
  run_report report;
  /// What `verdict` says, or why the channel could not be removed.
  cli::exit_code code;
};

/// Offers `load`, whose senders are made here, with channels of the run's own, which are removed
/// afterwards. Errors: unreachable, unauthorized, refused, usage, with the reason printed.
cli::outcome<service_run> run_on_service(const loaded_service& service, load_options load,
                                         cli::surroundings& around);

/// Says on the error stream that the data lie on tmpfs.
void warn_of_memory(cli::surroundings& around);

} // namespace tocsin::bench
