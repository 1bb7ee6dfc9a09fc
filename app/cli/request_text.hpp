#pragma once

#include <boost/json/fwd.hpp>

#include <string>

namespace tocsin::cli {

/// Lays out a request as the API shows it, for people: first line, headers, an empty line and the
/// body, JSON indented. The HTML of a mail is left out.
std::string request_text(const boost::json::value& x);

} // namespace tocsin::cli
