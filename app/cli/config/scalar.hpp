#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace tocsin::cli {

/// What a YAML scalar without quotes means: null, a truth value, a number or a text.
boost::json::value plain_scalar(const std::string& text);

/// Whether a text has to be in quotes, so that it stays a text: for `plain_scalar`, and for readers
/// of YAML 1.1, to whom `on` is a truth value and `22:00` a number.
bool needs_quotes(const std::string& text);

} // namespace tocsin::cli
