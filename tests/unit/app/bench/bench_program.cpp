#include "tests/unit/app/bench/bench_program.hpp"

#include "app/bench/program.hpp"

#include <optional>
#include <sstream>

namespace tocsin::bench {

program_result run_program(const std::vector<std::string>& arguments) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  cli::surroundings around{in,
                           out,
                           err,
                           [](const std::string&) { return std::optional<std::string>{}; },
                           [] { return std::chrono::steady_clock::now(); },
                           [](std::chrono::milliseconds) {}};
  auto code = run(arguments, around);
  return {code, out.str(), err.str()};
}

} // namespace tocsin::bench
