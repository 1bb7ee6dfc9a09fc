#include "app/cli/surroundings.hpp"

#include <cstdlib>
#include <iostream>
#include <thread>

namespace tocsin::cli {

surroundings process_surroundings() {
  auto variable = [](const std::string& name) -> std::optional<std::string> {
    if (const auto* value = std::getenv(name.c_str()))
      return std::string{value};
    return std::nullopt;
  };
  return {std::cin,
          std::cout,
          std::cerr,
          variable,
          [] { return std::chrono::steady_clock::now(); },
          [](std::chrono::milliseconds x) { std::this_thread::sleep_for(x); }};
}

} // namespace tocsin::cli
