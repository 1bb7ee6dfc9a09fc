#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace tocsin::cli {

/// What a YAML scalar without quotes means: null, a truth value, a number or a text.
boost::json::value plain_scalar(const std::string& text);

} // namespace tocsin::cli
