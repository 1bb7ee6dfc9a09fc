#include "app/cli/command_line.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace tocsin::cli {

void add_version_command(CLI::App& root, command_line& line) {
  root.add_subcommand("version", "Print the version of this program")->callback([&line] {
    line.chosen = [](const global_options& globals, surroundings& around) {
      if (globals.format == "json")
        around.out << "{\n  \"version\": \"" TOCSIN_VERSION "\"\n}\n";
      else
        around.out << "tocsin " TOCSIN_VERSION "\n";
      return exit_code::ok;
    };
  });
}

} // namespace tocsin::cli
