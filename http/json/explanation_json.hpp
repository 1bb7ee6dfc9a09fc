#pragma once

#include "messages/explanation.hpp"

#include <string>

namespace tocsin::http {

/// What would become of an event, as the API shows it.
std::string to_json(const event_explanation& x);

} // namespace tocsin::http
