#pragma once

#include "messages/failure.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <vector>

namespace tocsin::cli {

/// Reads `TYPE=on` and `TYPE=off` into the `triggers` of a channel; `TYPE=default` is null there,
/// which a merge patch takes for "remove".
/// Errors: invalid_argument, for a word of another shape.
expected<boost::json::object> read_triggers(const std::vector<std::string>& words);

/// Reads `TYPE=ADDRESS` into the addresses of each type, `TYPE=` into none. Addresses of one type
/// add up. `option` is where the words come from.
/// Errors: invalid_argument, for a word of another shape.
expected<std::map<std::string, boost::json::array>>
read_receivers(const std::string& option, const std::vector<std::string>& words);

} // namespace tocsin::cli
