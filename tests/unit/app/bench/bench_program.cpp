#include "tests/unit/app/bench/bench_program.hpp"

#include "app/bench/program.hpp"

#include <optional>
#include <sstream>

namespace tocsin::bench {

program_result run_program(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  auto result = run_with_output(arguments, out);
  result.out = out.str();
  return result;
}

program_result run_with_output(const std::vector<std::string>& arguments, std::ostream& out) {
  std::istringstream in;
  std::ostringstream err;
  cli::surroundings around{in,
                           out,
                           err,
                           [](const std::string&) { return std::optional<std::string>{}; },
                           [] { return std::chrono::steady_clock::now(); },
                           [](std::chrono::milliseconds) {}};
  auto code = run(arguments, around);
  return {code, {}, err.str()};
}

} // namespace tocsin::bench
