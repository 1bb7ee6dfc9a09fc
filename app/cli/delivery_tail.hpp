#pragma once

#include "app/cli/session.hpp"

#include <optional>

namespace tocsin::cli {

struct tail_options {
  /// Ends after this many seconds; without it when the user wants it to.
  std::optional<unsigned> seconds;
};

/// Follows the stream of deliveries that `parameters` let through, and prints a line for each
/// change of one; with JSON every line is one document. What was there before is not printed. When
/// the connection is lost, it comes back and goes on where it was; where the service has not kept
/// what came meanwhile, it says so. Errors: as `session::call`, of the first connection; later on
/// only refusals that do not pass end it.
exit_code tail_deliveries(session& on, const query_parameters& parameters,
                          const tail_options& options);

} // namespace tocsin::cli
