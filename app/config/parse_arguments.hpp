#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace tocsin::app {

/// Has `root` read the arguments after the program's name, as every program of ours does. Refuses
/// `--option=` with nothing behind it: CLI11 would take the next argument for the value, even one
/// that is an option itself. An empty value is an argument of its own.
/// Throws CLI::ParseError, as `CLI::App::parse` does.
void parse_arguments(CLI::App& root, std::vector<std::string> arguments);

} // namespace tocsin::app
