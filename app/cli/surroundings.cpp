#include "app/cli/surroundings.hpp"

#include "app/cli/stop_signal.hpp"

#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <ostream>
#include <thread>
#include <unistd.h>

namespace tocsin::cli {

surroundings process_surroundings() {
  auto variable = [](const std::string& name) -> std::optional<std::string> {
    if (const auto* value = std::getenv(name.c_str()))
      return std::string{value};
    return std::nullopt;
  };
  auto stop = std::make_shared<std::optional<stop_signal>>();
  auto rest = [stop](std::chrono::milliseconds x) {
    if (!*stop)
      stop->emplace();
    return !(*stop)->arrives_within(x);
  };
  return {std::cin,
          std::cout,
          std::cerr,
          variable,
          [] { return std::chrono::steady_clock::now(); },
          [](std::chrono::milliseconds x) { std::this_thread::sleep_for(x); },
          rest,
          ::isatty(STDOUT_FILENO) == 1,
          ::isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : -1};
}

exit_code end_output(const char* program, exit_code code, surroundings& around) {
  if (around.out.flush())
    return code;
  around.err << program << ": the output cannot be written\n";
  return code == exit_code::ok ? exit_code::output_lost : code;
}

} // namespace tocsin::cli
