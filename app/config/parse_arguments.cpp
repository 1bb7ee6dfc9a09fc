#include "app/config/parse_arguments.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tocsin::app {

namespace {

bool lacks_value(const std::string& argument) {
  return argument.starts_with("--") && argument.find('=') == argument.size() - 1;
}

} // namespace

void parse_arguments(CLI::App& root, std::vector<std::string> arguments) {
  // What stands behind `--` is no option.
  auto end = std::ranges::find(arguments, "--");
  auto found = std::find_if(arguments.begin(), end, lacks_value);
  if (found != end)
    throw CLI::ArgumentMismatch{fmt::format("{} has no value", *found)};
  // CLI11 takes them from the back.
  std::ranges::reverse(arguments);
  root.parse(std::move(arguments));
}

} // namespace tocsin::app
