#include "tests/integration/app/bench_report.hpp"

#include "tests/unit/app/bench/bench_program.hpp"

#include <gtest/gtest.h>

namespace tocsin::bench {

boost::json::value bench_report(std::vector<std::string> words) {
  words.insert(words.end(), {"--spawn", TOCSIND_PROGRAM, "--format", "json"});
  auto result = run_program(words);
  EXPECT_EQ(result.code, cli::exit_code::ok) << result.err;
  boost::system::error_code error;
  auto report = boost::json::parse(result.out, error);
  EXPECT_FALSE(error) << result.out;
  return report;
}

} // namespace tocsin::bench
