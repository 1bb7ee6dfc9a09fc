#pragma once

#include "app/bench/limits/stages.hpp"
#include "app/bench/service_run.hpp"

#include <filesystem>
#include <optional>

namespace tocsin::bench {

/// Senders that compete for commits.
inline constexpr unsigned crowd_connections = 256;

/// What `crowd_connections` senders had to wait, and group commits of as many events as the service
/// took with one of its own meanwhile; nothing if its storage cannot be read.
struct crowd_limits {
  run_report run;
  std::optional<commit_limit> commit;
};

/// A service under the load of the chain, and how long its senders wait.
struct service_limits {
  /// The load of the chain.
  run_report flood;
  /// One sender that waits for each answer.
  run_report one_sender;
  /// A crowd of such senders.
  crowd_limits crowd;
  /// At half of the rate that was delivered in the flood, and a crowd that sends at that rate.
  run_report steady;
  crowd_limits steady_crowd;
  /// The first that was not ok.
  cli::exit_code code = cli::exit_code::ok;
};

/// Offers all that to a `tocsind`, one after the other; logs are made in `place`.
/// Errors: those of `run_on_service`; refused, with the reason printed, where a commit failed.
cli::outcome<service_limits> measure_service(const spawned_server& server,
                                             const std::filesystem::path& place,
                                             const stage_options& options,
                                             cli::surroundings& around);

} // namespace tocsin::bench
