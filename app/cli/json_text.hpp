#pragma once

#include <boost/json/fwd.hpp>

#include <string>
#include <string_view>

namespace tocsin::cli {

/// Lays out JSON text with two blanks per level. Strings and numbers are copied as they stand, so
/// that no digit changes. `text` must be JSON.
std::string indented(std::string_view text);

/// The member `name` of `x`, or null where `x` is no object or has none.
const boost::json::value& member(const boost::json::value& x, std::string_view name);

/// Whether the member `name` of `x` is true.
bool is_set(const boost::json::value& x, std::string_view name);

/// `x` for a table's cell: `-` for null, `yes` or `no`, texts as they are, lists with commas
/// between, objects as JSON.
std::string cell(const boost::json::value& x);

/// The cell of the member `name` of `x`.
std::string cell(const boost::json::value& x, std::string_view name);

} // namespace tocsin::cli
