#pragma once

#include "app/cli/surroundings.hpp"

#include <string_view>

namespace tocsin::cli {

/// Asks `question` on the error stream. The answer is the next line of the input; all but `y`, `Y`
/// and `yes` is no.
bool is_confirmed(surroundings& around, std::string_view question);

} // namespace tocsin::cli
