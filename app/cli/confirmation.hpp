#pragma once

#include "app/cli/surroundings.hpp"

#include <string_view>

namespace tocsin::cli {

/// Asks `question` on standard error. The answer is the next line of the input; anything except
/// `y`, `Y` and `yes` means no.
bool is_confirmed(surroundings& around, std::string_view question);

} // namespace tocsin::cli
