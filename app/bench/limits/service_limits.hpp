#pragma once

#include "app/bench/limits/stages.hpp"
#include "app/bench/service_run.hpp"

#include <filesystem>
#include <optional>

namespace tocsin::bench {

/// Senders that compete for commits.
inline constexpr unsigned crowd_connections = 256;

/// A service under the load of the chain, and what it lets its senders wait.
struct service_limits {
  /// The load of the chain.
  run_report flood;
  /// One sender that waits for each answer.
  run_report one_sender;
  /// `crowd_connections` such senders, and group commits of as many events as the service took
  /// with one of its own meanwhile; nothing where its storage is none that can be read.
  run_report crowd;
  std::optional<commit_limit> crowd_commit;
  /// At half of the rate that was delivered in the flood.
  run_report steady;
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
