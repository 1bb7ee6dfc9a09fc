#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace tocsin::cli {

/// An object as YAML in the order of its members, lists on one line. Texts stand as they are: what
/// has to be escaped for `read_document` must be so already.
std::string to_yaml(const boost::json::object& x);

} // namespace tocsin::cli
