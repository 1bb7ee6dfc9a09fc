#pragma once

#include "app/cli/exit_code.hpp"

#include <chrono>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

namespace tocsin::cli {

/// All that a command touches besides files and the service, so that tests bring their own.
struct surroundings {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  /// Looks up an environment variable; nothing if it is unset.
  std::function<std::optional<std::string>(const std::string&)> variable;
  std::function<std::chrono::steady_clock::time_point()> now;
  std::function<void(std::chrono::milliseconds)> pause;
  /// Pauses, or with zero only looks; false once the user wants the command to end. From the first
  /// call on SIGINT and SIGTERM only say so.
  std::function<bool(std::chrono::milliseconds)> rest = {};
  /// Whether `out` is a terminal.
  bool is_terminal = false;
  /// Descriptor of the terminal that `in` reads; negative where it reads something else.
  int input_terminal = -1;
};

/// The standard streams, the environment and the clock of this process.
surroundings process_surroundings();

/// Flushes the output of `program`, and says so on the error stream where it was not written in
/// full: what ended well ends with `output_lost` then.
exit_code end_output(const char* program, exit_code code, surroundings& around);

} // namespace tocsin::cli
