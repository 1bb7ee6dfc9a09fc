#pragma once

#include "messages/delivery.hpp"
#include "messages/timestamp.hpp"

#include <string>

namespace tocsin {

/// An event of `type` such as a panel would send, marked as a test; it is stored nowhere.
accepted_event sample_event(std::string type, timestamp now);

} // namespace tocsin
