#pragma once

#include "messages/protocol/stats.hpp"

#include <string>

namespace tocsin::http {

/// How all actors and channels are doing.
std::string to_json(const node_stats& x);

} // namespace tocsin::http
