#pragma once

#include <boost/json/value_to.hpp>

#include <string>

namespace tocsin::channels {

/// A text within a rendered body.
inline std::string text_of(const boost::json::value& x) {
  return boost::json::value_to<std::string>(x);
}

} // namespace tocsin::channels
