#pragma once

#include "app/cli/config/object_key.hpp"
#include "app/cli/session.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace tocsin::cli {

/// One object as the service holds it.
struct stored_object {
  /// As the API shows it.
  boost::json::value value;
  /// Of a channel; else empty.
  std::string id;
  /// Empty where nobody manages it.
  std::string managed_by;
  /// 0 for a preference that was never saved.
  uint64_t revision = 0;
};

using stored_state = std::map<object_key, stored_object>;

/// Asks the service for the event types that were added, all admins, customers, their preferences
/// (one request each) and all channels. Preferences that were never saved are left out. Errors: as
/// `session::call`.
outcome<stored_state> read_stored_state(session& on);

} // namespace tocsin::cli
