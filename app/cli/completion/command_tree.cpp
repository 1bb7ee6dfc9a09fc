#include "app/cli/completion/command_tree.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace tocsin::cli {

namespace {

/// Shells get one line.
std::string first_line(const std::string& help) {
  return help.substr(0, help.find('\n'));
}

std::vector<option_words> options_of(const CLI::App& x) {
  std::vector<option_words> result;
  for (const auto* option : x.get_options()) {
    option_words words{
      {}, first_line(option->get_description()), option->get_items_expected_max() > 0};
    for (const auto& name : option->get_lnames())
      words.names.push_back("--" + name);
    for (const auto& name : option->get_snames())
      words.names.push_back("-" + name);
    if (!words.names.empty())
      result.push_back(std::move(words));
  }
  return result;
}

bool has_name(const std::vector<option_words>& options, const std::string& name) {
  return std::any_of(options.begin(), options.end(), [&name](const auto& x) {
    return std::find(x.names.begin(), x.names.end(), name) != x.names.end();
  });
}

void add_commands(std::vector<command_words>& out, const CLI::App& x, const std::string& path,
                  std::vector<option_words> inherited) {
  command_words words{path, first_line(x.get_description()), {}, options_of(x)};
  for (auto& option : inherited)
    if (!has_name(words.options, option.names.front()))
      words.options.push_back(std::move(option));
  auto below = x.get_subcommands([](const CLI::App*) { return true; });
  for (const auto* command : below)
    words.commands.emplace_back(command->get_name(), first_line(command->get_description()));
  // What is set at the program itself is taken after its commands too.
  auto passed_on = words.options;
  out.push_back(std::move(words));
  for (const auto* command : below)
    add_commands(out, *command,
                 path.empty() ? command->get_name() : path + ' ' + command->get_name(), passed_on);
}

} // namespace

std::vector<command_words> command_tree(const CLI::App& root) {
  std::vector<command_words> result;
  add_commands(result, root, "", {});
  return result;
}

} // namespace tocsin::cli
