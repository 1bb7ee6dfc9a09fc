#pragma once

#include "app/cli/command_line.hpp"

namespace tocsin::cli {

/// Adds `channel add` with one command per channel type below `group`.
void add_channel_add(CLI::App& group, command_line& line);

/// Adds `channel set`.
void add_channel_set(CLI::App& group, command_line& line);

/// Prints the answer to a channel's test; not_delivered unless it was delivered.
exit_code print_test(session& on, const answer& x);

} // namespace tocsin::cli
