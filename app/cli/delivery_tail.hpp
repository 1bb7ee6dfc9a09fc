#pragma once

#include "app/cli/session.hpp"

#include <optional>

namespace tocsin::cli {

struct tail_options {
  /// Ends after so many seconds; without it never.
  std::optional<unsigned> seconds;
};

/// Asks for the newest deliveries that `parameters` let through once a second, and prints a line
/// for each that is new or has changed: its state or the number of its attempts. With JSON every
/// line is one document. What is there at the beginning is not printed, but followed. Follows the
/// newest 500; says so where more came than it could read.
exit_code tail_deliveries(session& on, const query_parameters& parameters,
                          const tail_options& options);

} // namespace tocsin::cli
