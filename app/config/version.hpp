#pragma once

#include <string_view>

namespace tocsin::app {

/// The version of the programs, for example `0.1.0`.
std::string_view version();

} // namespace tocsin::app
