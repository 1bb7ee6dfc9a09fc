#pragma once

#include <boost/json/fwd.hpp>

#include <string>

namespace tocsin::cli {

/// The version and the age of the service whose stats these are, and until when deliveries are
/// paused; an empty line ends it.
std::string node_text(const boost::json::value& stats);

/// What the storage holds and how it grows; empty of a service that does not tell. An empty line
/// begins it.
std::string storage_text(const boost::json::value& stats);

} // namespace tocsin::cli
