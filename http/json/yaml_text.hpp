#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>

namespace tocsin::http {

/// Appends the members of `x` as YAML 1.2, in their order and `depth` levels in: objects in blocks,
/// all else on the line of its key. Texts that some YAML reader could take for something else
/// are quoted, and escaped as in JSON.
void append_yaml(std::string& out, const boost::json::object& x, size_t depth);

} // namespace tocsin::http
