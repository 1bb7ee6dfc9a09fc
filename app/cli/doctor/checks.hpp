#pragma once

#include "app/cli/doctor/finding.hpp"
#include "app/cli/session.hpp"
#include "app/config/config.hpp"

#include <boost/json/value.hpp>

#include <optional>

namespace tocsin::cli {

/// Whether the service answers and is ready, its certificate and its clock.
/// False if it does not answer, so that nothing else can be checked.
bool check_service(session& on, findings& found);

/// What the token may do. Each scope is tried with a request that changes nothing: those that write
/// are not valid, so that they are refused for that reason or for the missing scope.
struct token_scopes {
  bool read = false;
  bool stats = false;
};
token_scopes check_token(session& on, findings& found);

/// Version, circuit breakers, parked channels and the certificates of the CAF door. Requires the
/// scope `stats`.
void check_stats(session& on, findings& found);

/// Disabled channels, dead letters that wait, and admins whom nothing reaches. Requires the scope
/// `read`.
void check_channels(session& on, findings& found);

/// The key file and the disk of a service on this machine; what does not exist is not checked.
void check_files(const app::config& settings, findings& found);

} // namespace tocsin::cli
