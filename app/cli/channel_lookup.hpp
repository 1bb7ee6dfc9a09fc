#pragma once

#include "app/cli/session.hpp"

#include <string>

namespace tocsin::cli {

/// Which channel a command means.
struct channel_reference {
  /// Its id or its name.
  std::string text;
  /// Looks only among this recipient's channels where it is set, for example `customer/acme`.
  std::string owner;
};

/// A stored channel as the API shows it.
struct found_channel {
  std::string id;
  std::string name;
  boost::json::value value;
};

/// Finds the channel that `wanted` means, its id first. Prints why there is none.
/// Errors: refused (no such channel), usage (several of the name: all are printed with their ids),
/// and those of `session::call`.
outcome<found_channel> find_channel(session& on, const channel_reference& wanted);

} // namespace tocsin::cli
