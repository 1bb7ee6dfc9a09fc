#pragma once

#include "app/cli/command_line.hpp"

#include <CLI/CLI.hpp>

namespace tocsin::cli {

/// Adds `explain` to the group `event`.
void add_event_explain(CLI::App& group, command_line& line);

} // namespace tocsin::cli
