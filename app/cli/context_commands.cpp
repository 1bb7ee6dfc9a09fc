#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/table.hpp"
#include "app/cli/value_input.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <ostream>

namespace tocsin::cli {

namespace {

/// Stores what `--url`, `--token` and `--ca-file` say; what they do not say stays as it is.
exit_code set_context(const connection_flags& flags, surroundings& around) {
  auto path = context_path(flags, around);
  auto stored = load_context(path);
  if (!stored)
    return report_failure(stored.error(), around);
  if (!flags.url.empty()) {
    auto url = check_base_url(flags.url);
    if (!url)
      return report_failure(url.error(), around);
    stored->url = *url;
  }
  if (!flags.token.empty()) {
    auto token = value_input{around.in}.resolve("--token", flags.token);
    if (!token)
      return report_failure(token.error(), around);
    stored->token = *token;
  }
  // Wherever the command line is called from later.
  if (!flags.ca_file.empty())
    stored->ca_file = std::filesystem::absolute(flags.ca_file).string();
  if (auto saved = save_context(path, *stored); !saved)
    return report_failure(saved.error(), around);
  around.out << "stored in " << path.string() << '\n';
  return exit_code::ok;
}

/// Shows what would be used and where it comes from; of the token only whether there is one.
exit_code show_context(const global_options& globals, surroundings& around) {
  auto found = find_connection(globals.connection, around);
  if (!found)
    return report_failure(found.error(), around);
  auto path = context_path(globals.connection, around).string();
  if (globals.format == "json") {
    boost::json::object value{{"context", path},
                              {"url", found->url},
                              {"url_source", found->url_source},
                              {"token_configured", !found->token.empty()},
                              {"token_source", found->token_source},
                              {"ca_file", found->ca_file}};
    around.out << indented(boost::json::serialize(value)) << '\n';
    return exit_code::ok;
  }
  auto rows = table::of_fields();
  rows.add({"context", path});
  rows.add({"url", fmt::format("{} (from {})", found->url, found->url_source)});
  rows.add({"token", found->token.empty()
                       ? "none"
                       : fmt::format("configured (from {})", found->token_source)});
  rows.add({"authorities", found->ca_file.empty()
                             ? "those of the system"
                             : fmt::format("{} (from {})", found->ca_file, found->ca_file_source)});
  around.out << rows.text();
  return exit_code::ok;
}

} // namespace

void add_context_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("context", "Which service to talk to, and as whom");
  group->require_subcommand(1);
  // These are the global options, which are taken here as well.
  auto* set
    = group->add_subcommand("set", "Store --url, --token and --ca-file in the context file");
  set->callback([&line] {
    const auto& said = line.globals.connection;
    if (said.url.empty() && said.token.empty() && said.ca_file.empty())
      throw CLI::RequiredError("--url, --token or --ca-file");
    line.chosen = [](const global_options& globals, surroundings& around) {
      return set_context(globals.connection, around);
    };
  });
  group->add_subcommand("show", "Show what would be used, and where it comes from")
    ->callback([&line] { line.chosen = show_context; });
}

} // namespace tocsin::cli
