#pragma once

#include <boost/json/value.hpp>

namespace tocsin::http {

/// Lays a JSON Merge Patch (RFC 7396) over `target`, but lets its nulls stand instead of removing
/// what they name: to an `object_reader` they are absent all the same, and it sees which of them
/// name a member that nobody knows.
void patch_over(boost::json::value& target, const boost::json::value& patch);

} // namespace tocsin::http
