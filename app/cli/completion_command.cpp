#include "app/cli/command_line.hpp"
#include "app/cli/completion/scripts.hpp"

#include <CLI/CLI.hpp>

#include <ostream>

namespace tocsin::cli {

namespace {

using script = std::string (*)(const std::vector<command_words>&);

void add_shell(CLI::App& group, command_line& line, const char* name, script make) {
  group.add_subcommand(name, std::string{"Print the script for "} + name)->callback([&line, make] {
    line.chosen = [make](const global_options&, surroundings& around) {
      command_line all;
      around.out << make(command_tree(*make_commands(all)));
      return exit_code::ok;
    };
  });
}

} // namespace

void add_completion_commands(CLI::App& root, command_line& line) {
  auto* group
    = root.add_subcommand("completion", "Scripts that complete commands and options in shells");
  group->require_subcommand(1);
  add_shell(*group, line, "bash", bash_script);
  add_shell(*group, line, "zsh", zsh_script);
  add_shell(*group, line, "fish", fish_script);
}

} // namespace tocsin::cli
