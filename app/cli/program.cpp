#include "app/cli/program.hpp"

#include "app/cli/command_line.hpp"
#include "app/config/parse_arguments.hpp"

#include <boost/exception/exception.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <exception>
#include <ostream>

namespace tocsin::cli {

namespace {

constexpr const char* about = "The command line of Tocsin, the notification service of a panel.";

constexpr const char* footer = R"(
Exit codes:
  0  done
  1  the service refused the request, or a storage is in use or damaged; the reasons are on the
     error stream
  2  the command line, a file it names or the context file is wrong, a name is ambiguous, or a
     question was answered with no
  3  the service cannot be reached
  4  no token, an unknown one, or one that does not allow this
  5  a test or --wait ended without a delivery
  6  'config diff' found differences
  7  the command did its work, but its output could not be written in full

URL, token and authorities come from --url, --token and --ca-file, else from TOCSIN_URL,
TOCSIN_TOKEN and TOCSIN_CA_FILE, else from the context file (see 'tocsin context set'). Values of
tokens, passwords and other secrets can be given as @FILE or as - for the standard input.)";

/// The word that stands where a command is needed; empty where none does.
std::string unknown_command(const CLI::App& root) {
  auto left = root.remaining(true);
  return left.empty() || left.front().starts_with('-') ? std::string{} : left.front();
}

} // namespace

void command_line::choose(std::function<exit_code(session&)> command) {
  chosen = [command = std::move(command)](const global_options& globals, surroundings& around) {
    auto found = find_connection(globals.connection, around);
    if (!found)
      return report_failure(found.error(), around);
    auto format = globals.format == "json" ? output_format::json : output_format::table;
    session on{http_client{found->url, found->token, found->ca_file}, format, around,
               globals.show_sensitive};
    try {
      return command(on);
    } catch (const boost::exception& x) {
      // Boost.JSON's, which are of several kinds: a member is missing or of another type. What
      // others throw is no answer's fault.
      const auto* why = dynamic_cast<const std::exception*>(&x);
      return on.fail_with(exit_code::unreachable, fmt::format("the answer cannot be understood: {}",
                                                              why ? why->what() : "no reason"));
    }
  };
}

std::unique_ptr<CLI::App> make_commands(command_line& line) {
  auto root = std::make_unique<CLI::App>(about, "tocsin");
  root->footer(footer);
  root->require_subcommand(1);
  // Global options are taken after the commands too; what is set here is inherited by them.
  root->fallthrough();
  root->add_option("--format", line.globals.format, "table or json")
    ->check(CLI::IsMember({"table", "json"}));
  root->add_option("--url", line.globals.connection.url, "URL of the service");
  root->add_option("--token", line.globals.connection.token, "token, @FILE or -");
  root
    ->add_option("--ca-file", line.globals.connection.ca_file,
                 "PEM file with the authorities to trust for https")
    ->check(CLI::ExistingFile);
  root->add_flag("--show-sensitive", line.globals.show_sensitive,
                 "show what events say and where deliveries go");
  root->add_option("--context", line.globals.connection.context_file, "context file");
  root->set_version_flag("--version", "tocsin " TOCSIN_VERSION);
  add_event_commands(*root, line);
  add_event_type_commands(*root, line);
  add_channel_commands(*root, line);
  add_trigger_commands(*root, line);
  add_delivery_commands(*root, line);
  add_pause_commands(*root, line);
  add_deadletter_commands(*root, line);
  add_recipient_commands(*root, line);
  add_preference_commands(*root, line);
  add_token_commands(*root, line);
  add_audit_commands(*root, line);
  add_stats_commands(*root, line);
  add_config_commands(*root, line);
  add_doctor_command(*root, line);
  add_store_commands(*root, line);
  add_context_commands(*root, line);
  add_pki_commands(*root, line);
  add_secret_commands(*root, line);
  add_completion_commands(*root, line);
  add_version_command(*root, line);
  return root;
}

namespace {

exit_code run_command(const std::vector<std::string>& arguments, surroundings& around) {
  command_line line;
  auto root = make_commands(line);
  try {
    app::parse_arguments(*root, arguments);
  } catch (const CLI::RequiredError& error) {
    // CLI11 says that a command is required if the given one does not exist.
    auto unknown = unknown_command(*root);
    if (unknown.empty())
      return root->exit(error, around.out, around.err) == 0 ? exit_code::ok : exit_code::usage;
    around.err << "There is no command '" << unknown
               << "' here\nRun with --help for more information.\n";
    return exit_code::usage;
  } catch (const CLI::ParseError& error) {
    return root->exit(error, around.out, around.err) == 0 ? exit_code::ok : exit_code::usage;
  }
  return line.chosen(line.globals, around);
}

} // namespace

exit_code run(const std::vector<std::string>& arguments, surroundings around) {
  return end_output("tocsin", run_command(arguments, around), around);
}

} // namespace tocsin::cli
