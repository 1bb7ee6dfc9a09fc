#pragma once

#include "app/cli/exit_code.hpp"
#include "app/cli/surroundings.hpp"

#include <string>
#include <vector>

namespace tocsin::cli {

/// Runs one command line of `tocsin`, given without the program's name.
exit_code run(const std::vector<std::string>& arguments, surroundings around);

} // namespace tocsin::cli
