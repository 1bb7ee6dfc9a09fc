#pragma once

#include "app/bench/histogram.hpp"
#include "app/bench/limits/bare_chain.hpp"
#include "app/bench/load_run.hpp"
#include "messages/failure.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>

namespace tocsin::bench {

/// What each stage is measured with.
struct stage_options {
  /// How long each stage works.
  std::chrono::milliseconds duration{5000};
  unsigned connections = 64;
  payload_options payload;
};

/// Group commits of events to a `record_log`, one after the other.
struct commit_limit {
  size_t batch = 1;
  /// Records that are in the log in the end.
  uint64_t records = 0;
  std::chrono::nanoseconds elapsed{};
  /// How long each commit took, in nanoseconds.
  histogram commits;
};

/// Commits `batch` records at a time to a new log in `directory`.
/// Errors: those of `record_log`; shutting_down if a signal ended it.
expected<commit_limit> measure_commits(const std::filesystem::path& directory, size_t batch,
                                       const stage_options& options);

/// Requests to a `bare_door` that accepts each at once.
struct door_limit {
  load_result load;
  /// Processor time of the door.
  std::chrono::nanoseconds cpu{};
};

/// Posts events to a door over keep-alive connections, as `tocsin-bench run` does.
/// Errors: shutting_down if a signal ended it, unavailable if anything else did.
expected<door_limit> measure_door(const stage_options& options);

/// Posts by a `bare_poster` to a `sink`.
struct poster_limit {
  uint64_t posted = 0;
  uint64_t failed = 0;
  /// Different events that arrived.
  uint64_t arrived = 0;
  std::chrono::nanoseconds elapsed{};
  /// Processor time of the poster.
  std::chrono::nanoseconds cpu{};
};

/// Posts as many events as the time allows. Errors: shutting_down if a signal ended it.
expected<poster_limit> measure_poster(const stage_options& options);

/// Events through a `bare_chain`.
struct chain_limit {
  load_result load;
  bare_chain::use use;
};

/// Offers events to a chain whose log is in `directory`, and waits until they have arrived.
/// Errors: those of `bare_chain`; shutting_down if a signal ended it, unavailable if anything else
/// did.
expected<chain_limit> measure_chain(const std::filesystem::path& directory,
                                    const stage_options& options);

/// The load of `tocsin-bench run` that the stages are measured with; it has no senders yet.
load_options load_of(const stage_options& options);

} // namespace tocsin::bench
