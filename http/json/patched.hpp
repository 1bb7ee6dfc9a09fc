#pragma once

#include <boost/json/value.hpp>

namespace tocsin::http {

/// Applies a JSON Merge Patch (RFC 7396) to `target`, but keeps its nulls instead of removing what
/// they name: for an `object_reader` they are absent anyway, and it sees which of them name an
/// unknown member.
void patch_over(boost::json::value& target, const boost::json::value& patch);

} // namespace tocsin::http
