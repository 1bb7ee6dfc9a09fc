#include "app/bench/program.hpp"

#include "app/bench/limits/limits_command.hpp"
#include "app/bench/peer_command.hpp"
#include "app/bench/run_command.hpp"
#include "app/config/parse_arguments.hpp"

#include <CLI/CLI.hpp>

#include <functional>

namespace tocsin::bench {

namespace {

constexpr const char* about
  = "Offers events to Tocsin and measures how fast it accepts and delivers them.";

constexpr const char* footer = R"(
`run` offers events to a service; `limits` measures what disk, HTTP server and HTTP client of this
machine allow at most, and with --spawn how near a service comes to that; `peer` offers the same events to
another program (bin/bench-peers does so).

The events of a run go to a webhook channel of the run's own, whose endpoint is inside this program; it is
removed after the run. They are of a type that is off by default and of a service that exists
nowhere else, so that no other channel hears of them unless it takes all.

Exit codes:
  0  every accepted event arrived
  1  the service refused the channel, or events in a way that ended the run; a stage of `limits` ended early
  2  the command line or the context file is wrong
  3  the service cannot be reached or started, or there is no place for its data
  4  no token, an unknown one, or one that does not allow this
  5  an accepted event did not arrive, or one arrived that was not accepted
  7  the command did its work, but its output could not be written in full)";

cli::exit_code run_command(const std::vector<std::string>& arguments, cli::surroundings& around) {
  CLI::App root{about, "tocsin-bench"};
  root.footer(footer);
  root.require_subcommand(1);
  root.set_version_flag("--version", "tocsin-bench " TOCSIN_VERSION);
  std::function<cli::exit_code(cli::surroundings&)> chosen;
  add_run_command(root, chosen);
  add_limits_command(root, chosen);
  add_peer_command(root, chosen);
  try {
    app::parse_arguments(root, arguments);
  } catch (const CLI::ParseError& error) {
    return root.exit(error, around.out, around.err) == 0 ? cli::exit_code::ok
                                                         : cli::exit_code::usage;
  }
  return chosen(around);
}

} // namespace

cli::exit_code run(const std::vector<std::string>& arguments, cli::surroundings around) {
  return cli::end_output("tocsin-bench", run_command(arguments, around), around);
}

} // namespace tocsin::bench
