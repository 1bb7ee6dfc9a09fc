#pragma once

#include "app/config/command_line.hpp"
#include "app/config/exit_code.hpp"

namespace tocsin::app {

/// Says what the command line asked for or what is wrong with it.
exit_code say(const early_exit& what);

/// Runs the service until SIGTERM or SIGINT asks it to drain and stop, or until it cannot go on.
/// Blocks these signals for the whole process; call it before any other thread starts.
exit_code run(const launch& what);

} // namespace tocsin::app
