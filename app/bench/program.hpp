#pragma once

#include "app/cli/exit_code.hpp"
#include "app/cli/surroundings.hpp"

#include <string>
#include <vector>

namespace tocsin::bench {

/// Runs one command line of `tocsin-bench`, given without the program's name.
cli::exit_code run(const std::vector<std::string>& arguments, cli::surroundings around);

} // namespace tocsin::bench
