#pragma once

#include "app/cli/config/configuration.hpp"
#include "app/cli/config/stored_state.hpp"

#include <boost/json/object.hpp>

#include <set>
#include <string>

namespace tocsin::cli {

using event_type_names = std::set<std::string, std::less<>>;

/// The event types that the file adds: the service does not know them while it checks the file's
/// channels, but will before those are created.
event_type_names new_types_of(const configuration& wanted, const stored_state& stored);

/// A channel's members in two parts.
struct parted_members {
  /// What names none of the types.
  boost::json::object rest;
  /// Triggers and templates of the types; empty where there are none.
  boost::json::object of_types;
};

/// Parts a channel's members by whether they are about one of `types`.
parted_members part_by_types(const boost::json::object& channel, const event_type_names& types);

} // namespace tocsin::cli
