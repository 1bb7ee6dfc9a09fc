#pragma once

#include <boost/json/object.hpp>

namespace tocsin::cli {

/// The JSON Merge Patch that makes `wanted` of `stored`: all of `wanted`, and a null for each
/// member, at any depth, that only `stored` has.
boost::json::object overwriting_patch(const boost::json::object& stored,
                                      const boost::json::object& wanted);

} // namespace tocsin::cli
