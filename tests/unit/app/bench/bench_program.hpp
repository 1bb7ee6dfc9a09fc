#pragma once

#include "app/cli/exit_code.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace tocsin::bench {

struct program_result {
  cli::exit_code code = cli::exit_code::ok;
  std::string out;
  std::string err;
};

/// Runs one command line of `tocsin-bench`, given without the program's name, with an empty
/// environment.
program_result run_program(const std::vector<std::string>& arguments);

/// As `run_program`, with the output going to `out` instead.
program_result run_with_output(const std::vector<std::string>& arguments, std::ostream& out);

} // namespace tocsin::bench
