#pragma once

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace tocsin::cli {

/// One member of an object before and after a change, for people; `-` where it is not there.
struct member_change {
  /// With a point between the levels: `filters.services.include`.
  std::string name;
  std::string before;
  std::string after;
};

/// The members in which two objects differ, at any depth.
std::vector<member_change> member_changes(const boost::json::object& before,
                                          const boost::json::object& after);

} // namespace tocsin::cli
