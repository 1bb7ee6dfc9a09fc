#include "app/cli/command_line.hpp"
#include "app/cli/config/apply.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace tocsin::cli {

namespace {

exit_code export_configuration(session& on) {
  auto reply = on.exchange({"GET", "/config/export", {}, {}});
  if (!reply)
    return report_failure(reply.error(), on.around());
  if (!reply->is_success())
    return on.refuse(*reply);
  on.around().out << reply->body;
  return exit_code::ok;
}

void add_file(CLI::App& command, apply_options& options) {
  command.add_option("FILE", options.file, "The configuration file, or - for the standard input")
    ->required();
  auto* prune
    = command.add_flag("--prune", options.prunes, "Remove what this file managed and has no more");
  command
    .add_flag("--release", options.releases,
              "Let go of what this file managed and has no more, so that people can change it")
    ->excludes(prune);
}

} // namespace

void add_config_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("config", "Customers, admins and channels out of a file");
  group->require_subcommand(1);

  group->add_subcommand("export", "Print what the service holds as such a file, without secrets")
    ->callback([&line] { line.choose(export_configuration); });

  auto compared = std::make_shared<apply_options>();
  auto* diff = group->add_subcommand("diff", "Show what 'apply' would change");
  add_file(*diff, *compared);
  diff->callback([&line, compared] {
    line.choose([compared](session& on) { return show_plan(on, *compared); });
  });

  auto applied = std::make_shared<apply_options>();
  auto* apply = group->add_subcommand("apply", "Make the service hold what the file says");
  add_file(*apply, *applied);
  apply->add_flag("--dry-run", applied->dry_run, "Only show what would be changed");
  apply->add_flag("--yes", applied->confirmed, "Go ahead without asking");
  apply->callback(
    [&line, applied] { line.choose([applied](session& on) { return apply_file(on, *applied); }); });
}

} // namespace tocsin::cli
