#pragma once

#include "messages/failure.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace tocsin::cli {

/// Reads `TYPE=on` and `TYPE=off` into the `triggers` of a channel; `TYPE=default` is null there,
/// which a merge patch takes for "remove".
/// Errors: invalid_argument, for a word of another shape.
expected<boost::json::object> read_triggers(const std::vector<std::string>& words);

} // namespace tocsin::cli
