#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
} // namespace CLI

namespace tocsin::cli {

/// An option as it is written.
struct option_words {
  /// `--format`, `-h`.
  std::vector<std::string> names;
  std::string help;
  /// Whether the next word is its value.
  bool takes_value = false;
};

/// What may follow the words of one command.
struct command_words {
  /// The words so far without the program's name: `channel add`; empty for the program itself.
  std::string path;
  std::string help;
  /// The words of commands below, with their help.
  std::vector<std::pair<std::string, std::string>> commands;
  /// Its own options and those that it inherits.
  std::vector<option_words> options;
};

/// `root` and all commands below it, as its parser knows them.
std::vector<command_words> command_tree(const CLI::App& root);

} // namespace tocsin::cli
