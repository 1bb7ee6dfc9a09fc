#pragma once

#include "channels/verdict.hpp"
#include "messages/steady_time.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace tocsin {

/// The pauses that providers ask for. Shared by all channel actors, as a pause may bind several of
/// them, and outlives each: neither a crash nor a change of the configuration breaks into one.
/// Thread-safe. Nothing of it is stored: after a restart the provider says it again.
class pause_board {
public:
  /// Notes that the provider of `names` wants nothing before `until`. A shorter pause does not
  /// replace a longer one.
  void hold(const channels::pause_names& names, channels::pause_scope scope, steady_time until,
            steady_time now);

  /// Until when those of `names` have to wait; nothing if they may send now.
  std::optional<steady_time> held_until(const channels::pause_names& names, steady_time now) const;

private:
  struct pause {
    steady_time until{};
    /// Of an endpoint: whose it is.
    std::string sender;
  };

  void extend(const std::string& name, const std::string& sender, steady_time until);

  mutable std::mutex mutex_;
  std::map<std::string, pause> held_;
};

} // namespace tocsin
