#pragma once

#include "app/bench/load_run.hpp"
#include "app/cli/exit_code.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace tocsin::bench {

/// What a run used of the server; nothing where its process is not known.
struct server_use {
  std::optional<std::chrono::nanoseconds> cpu;
  std::optional<uint64_t> peak_rss_bytes;
  /// By how much its data grew on disk.
  std::optional<uint64_t> disk_bytes = {};
  /// How long its first start took.
  std::optional<std::chrono::nanoseconds> ready_within = {};
};

struct run_report {
  load_options options;
  load_result result;
  server_use server;
};

/// The figures as a table for people.
std::string report_text(const run_report& x);

/// The same as JSON; units stand in the names.
std::string report_json(const run_report& x);

/// not_delivered where an accepted event did not arrive or one arrived that was not accepted,
/// refused where offering ended before its time, else ok.
cli::exit_code verdict(const load_result& x);

} // namespace tocsin::bench
