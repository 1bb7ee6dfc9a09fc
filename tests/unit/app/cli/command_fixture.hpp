#pragma once

#include "app/cli/exit_code.hpp"
#include "tests/support/fake_api/fake_api.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <iosfwd>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace tocsin::cli {

struct command_result {
  exit_code code = exit_code::ok;
  std::string out;
  std::string err;
};

/// Runs commands against a service of its own, with a clock, an environment and a home directory
/// of its own.
class command_test : public ::testing::Test {
protected:
  command_test();

  /// The next answers to `METHOD /path` below `/api/v1`, in order; the last one stays.
  void answer(const std::string& request, int status, const std::string& body,
              const std::string& retry_after = {});

  /// Runs `tocsin`; the connection comes from `TOCSIN_URL` and `TOCSIN_TOKEN`.
  command_result run(const std::vector<std::string>& arguments, const std::string& input = {});

  /// As `run`, with the output going to `out` instead.
  command_result run_with_output(const std::vector<std::string>& arguments, std::ostream& out,
                                 const std::string& input = {});

  /// What was asked, as `METHOD /path`.
  std::vector<std::string> asked() const;

  std::string write_file(const std::string& name, const std::string& text) const;

  temporary_directory directory_;
  std::map<std::string, std::string> environment_;
  /// Moves with every pause that a command makes.
  std::chrono::steady_clock::time_point now_;
  /// Whether it moves by itself, too.
  bool answers_take_time_ = false;
  /// How often a command that goes on until it is told to end may rest before it is told;
  /// looking whether it is does not count.
  int rests_ = 0;
  bool is_terminal_ = false;
  tests::fake_api api_;

private:
  tests::fake_reply reply_to(const tests::fake_request& request);

  std::mutex mutex_;
  std::map<std::string, std::deque<tests::fake_reply>> answers_;
};

} // namespace tocsin::cli
