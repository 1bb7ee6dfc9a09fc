#pragma once

#include "messages/failure.hpp"

#include <string>
#include <string_view>

namespace tocsin {

/// Applies a JSON Merge Patch (RFC 7396): members of `patch` replace those of `target`, `null`
/// removes them, objects are merged member by member. Both are JSON texts, and so is the result.
/// Errors: invalid_argument if either is not JSON.
expected<std::string> merge_patch(std::string_view target, std::string_view patch);

} // namespace tocsin
