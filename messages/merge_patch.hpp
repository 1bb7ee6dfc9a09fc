#pragma once

#include "messages/failure.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

/// Applies a JSON Merge Patch (RFC 7396 §2): members of `patch` replace those of `target`, `null`
/// removes them, objects are merged member by member.
void merge_patch(boost::json::value& target, const boost::json::value& patch);

/// The same for JSON texts. Errors: invalid_argument if either is not JSON.
expected<std::string> merge_patch(std::string_view target, std::string_view patch);

/// The names of the members in which two JSON objects differ, in the order of `after`, then those
/// that are gone. Empty where either is no object.
std::vector<std::string> changed_members(std::string_view before, std::string_view after);

} // namespace tocsin
