#include "app/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

namespace tocsin::cli {

namespace {

/// Calls `visit` with every command and its words, `tocsin channel add email`.
template <class Visit>
void visit_commands(CLI::App& app, const std::string& words, Visit visit) {
  visit(app, words);
  for (auto* below : app.get_subcommands([](const CLI::App*) { return true; }))
    visit_commands(*below, words + ' ' + below->get_name(), visit);
}

} // namespace

TEST(reference, names_every_command_and_every_option) {
  std::ifstream file{TOCSIN_CLI_REFERENCE};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  command_line line;
  auto root = make_commands(line);
  visit_commands(*root, "tocsin", [&text](CLI::App& command, const std::string& words) {
    if (command.get_subcommands([](const CLI::App*) { return true; }).empty()) {
      EXPECT_THAT(text, testing::HasSubstr("`" + words)) << "docs/cli.md lacks a command";
    }
    for (const auto* option : command.get_options())
      for (const auto& name : option->get_lnames())
        EXPECT_THAT(text, testing::HasSubstr("--" + name)) << words << ": docs/cli.md";
  });
}

} // namespace tocsin::cli
