#pragma once

#include "app/cli/command_line.hpp"
#include "app/cli/event_body.hpp"
#include "app/cli/surroundings.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace tocsin::cli {

/// One event as the command line gives it, in parts or as a file.
struct event_options {
  event_parts parts;
  std::string file;
};

/// Adds the options for what an event may have besides type and message, and `--file` with
/// `file_help`, which excludes them and those in `required`. Gives the option `--file`.
CLI::Option* add_event_options(CLI::App& command, event_options& options,
                               std::vector<CLI::Option*> required, const std::string& file_help);

/// The body that the options make. Errors: invalid_argument.
expected<std::string> body_of(const event_options& options, surroundings& around);

} // namespace tocsin::cli
