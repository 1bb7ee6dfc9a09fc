#pragma once

#include "app/cli/session.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace tocsin::cli {

/// Asks for the events until all their deliveries have ended, at most for `limit`, and prints what
/// became of each delivery. Suppressed deliveries have ended as the preferences want it. A service
/// that cannot be reached, is overloaded or has a fault is asked again; where it still is at the
/// end, or refuses to answer, the events that nothing was heard of are named.
/// Gives ok, not_delivered (a dead letter, a cancelled delivery, an event that has no deliveries as
/// it reaches nobody, or the limit), or the code of the request that failed.
exit_code wait_for_deliveries(session& on, const std::vector<std::string>& events,
                              std::chrono::seconds limit);

} // namespace tocsin::cli
