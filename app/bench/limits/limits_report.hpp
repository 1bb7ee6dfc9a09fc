#pragma once

#include "app/bench/limits/service_limits.hpp"
#include "app/bench/limits/stages.hpp"
#include "app/bench/report.hpp"
#include "app/cli/exit_code.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tocsin::bench {

/// What one `tocsin-bench limits` has measured.
struct limits_report {
  stage_options options;
  std::vector<commit_limit> commits;
  door_limit door;
  poster_limit poster;
  chain_limit chain;
  /// Nothing where none was started.
  std::optional<service_limits> service = std::nullopt;
};

/// The figures as tables for people.
std::string limits_text(const limits_report& x);

/// The same as JSON; units stand in the names.
std::string limits_json(const limits_report& x);

/// not_delivered where a stage lost an event, else what came of the service.
cli::exit_code limits_verdict(const limits_report& x);

} // namespace tocsin::bench
