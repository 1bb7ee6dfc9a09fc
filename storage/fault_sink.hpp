#pragma once

#include <functional>
#include <string>

namespace tocsin::storage {

/// Takes one fault that a check of the storage found, a sentence that says where it is.
using fault_sink = std::function<void(const std::string&)>;

} // namespace tocsin::storage
