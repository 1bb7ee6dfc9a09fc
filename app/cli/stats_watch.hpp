#pragma once

#include "app/cli/session.hpp"

#include <boost/json/value.hpp>

#include <chrono>

namespace tocsin::cli {

/// The stats `now`, with how much each counter of an actor or a channel grew per second since
/// `before`: `handled_per_second`, `busy_percent`, `sent_per_second`, `failed_per_second` and
/// `retried_per_second`. They are null where there is nothing to compare with: at the first look,
/// for what is new, and after a restart of the service.
boost::json::value with_rates(const boost::json::value& before, boost::json::value now,
                              std::chrono::duration<double> passed);

/// Prints the stats repeatedly until the user stops it: on a terminal over those before,
/// else one block after the other. A service that goes away meanwhile is waited for.
/// Gives ok, or the code of the request that was refused, or of the first where it failed.
exit_code watch_stats(session& on, std::chrono::milliseconds interval);

} // namespace tocsin::cli
