#pragma once

#include "app/cli/context.hpp"
#include "app/cli/session.hpp"

#include <functional>
#include <memory>
#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace tocsin::cli {

/// The options that every command takes.
struct global_options {
  connection_flags connection;
  std::string format = "table";
  /// Whether to ask for texts that require `read:sensitive`.
  bool show_sensitive = false;
};

/// A command line: parsing it fills the options and chooses the command to run.
struct command_line {
  global_options globals;
  std::function<exit_code(const global_options&, surroundings&)> chosen;

  /// Chooses a command that talks to the service; its connection is looked up first.
  void choose(std::function<exit_code(session&)> command);
};

// Each adds the commands of one group below `root`; `line` must outlive `root`.
void add_event_commands(CLI::App& root, command_line& line);
void add_event_type_commands(CLI::App& root, command_line& line);
void add_channel_commands(CLI::App& root, command_line& line);
void add_trigger_commands(CLI::App& root, command_line& line);
void add_delivery_commands(CLI::App& root, command_line& line);
void add_pause_commands(CLI::App& root, command_line& line);
void add_deadletter_commands(CLI::App& root, command_line& line);
void add_recipient_commands(CLI::App& root, command_line& line);
void add_preference_commands(CLI::App& root, command_line& line);
void add_token_commands(CLI::App& root, command_line& line);
void add_audit_commands(CLI::App& root, command_line& line);
void add_stats_commands(CLI::App& root, command_line& line);
void add_config_commands(CLI::App& root, command_line& line);
void add_doctor_command(CLI::App& root, command_line& line);
void add_store_commands(CLI::App& root, command_line& line);
void add_context_commands(CLI::App& root, command_line& line);
void add_secret_commands(CLI::App& root, command_line& line);
void add_pki_commands(CLI::App& root, command_line& line);
void add_completion_commands(CLI::App& root, command_line& line);
void add_version_command(CLI::App& root, command_line& line);

/// All commands of `tocsin` with their help; `line` must outlive the result.
std::unique_ptr<CLI::App> make_commands(command_line& line);

} // namespace tocsin::cli
