#pragma once

#include "app/bench/payload.hpp"
#include "app/cli/session.hpp"

#include <string>

namespace tocsin::bench {

/// Adds a webhook channel that delivers the run's events to `sink_url`, signed as in real life. It
/// takes a type that is off by default, and of the run's own service alone, so that no other
/// channel hears of a run. Several of a run differ by `number`. Gives its id; what went wrong was
/// printed.
cli::outcome<std::string> add_channel(cli::session& on, const run_mark& mark,
                                      const std::string& owner, const std::string& sink_url,
                                      unsigned number = 0);

/// Removes it again. Errors: those of `cli::session::call`, printed.
cli::exit_code remove_channel(cli::session& on, const std::string& id);

} // namespace tocsin::bench
