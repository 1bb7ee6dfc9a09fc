#pragma once

#include "app/bench/payload.hpp"
#include "app/cli/session.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>

namespace tocsin::bench {

/// Where a channel of a run delivers to, and how.
struct channel_target {
  /// A channel type of the API.
  std::string type;
  boost::json::object settings;

  /// Posts to `url`, signed as in real life.
  static channel_target webhook(const std::string& url);
  /// Mails to the sink at `port` of 127.0.0.1, without encryption.
  static channel_target email(uint16_t port);
};

/// Adds a channel that delivers the run's events to `target`. It is subscribed to a type that is
/// off by default, and only for the run's own service, so that no other channel gets events of a
/// run. Several channels of a run differ by `number`. Returns its id; errors were printed.
cli::outcome<std::string> add_channel(cli::session& on, const run_mark& mark,
                                      const std::string& owner, const channel_target& target,
                                      unsigned number = 0);

/// Removes it again. Errors: those of `cli::session::call`, printed.
cli::exit_code remove_channel(cli::session& on, const std::string& id);

} // namespace tocsin::bench
