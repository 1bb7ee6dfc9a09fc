#pragma once

#include "channels/adapter.hpp"
#include "channels/verdict.hpp"
#include "messages/ids.hpp"
#include "messages/steady_time.hpp"
#include "messages/timestamp.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace tocsin {

/// The names under which a channel's pauses are kept. Where it shares nothing they are its own, so
/// that a pause outlives its actor all the same.
channels::pause_names pause_names_of(const channels::adapter& x, const channel_id& id);

/// The pauses that providers ask for, and the one of all channels that an operator asked for.
/// Shared by all channel actors, as a pause may bind several of them, and outlives each: neither a
/// crash nor a change of the configuration breaks into one. Thread-safe. Nothing of it is stored:
/// after a restart the provider says it again, and the operator's pause is the ledger's to keep.
class pause_board {
public:
  /// Notes that the provider of `names` wants nothing before `until`. A shorter pause does not
  /// replace a longer one.
  void note_pause(const channels::pause_names& names, channels::pause_scope scope,
                  steady_time until, steady_time now);

  /// Until when those of `names` have to wait; nothing if they may send now.
  std::optional<steady_time> paused_until(const channels::pause_names& names,
                                          steady_time now) const;

  /// Has all channels wait until `until`; a time that is past ends it.
  void pause_all(timestamp until) { all_until_ = to_unix_ms(until); }

  /// How long all channels have to wait from `now` on; nothing as a rule.
  std::chrono::milliseconds wait_of_all(timestamp now) const {
    return std::max(from_unix_ms(all_until_) - now, std::chrono::milliseconds{0});
  }

private:
  struct pause {
    steady_time until{};
    /// Of an endpoint: whose it is.
    std::string sender;
  };

  void extend(const std::string& name, const std::string& sender, steady_time until);

  mutable std::mutex mutex_;
  std::map<std::string, pause> held_;
  /// In Unix milliseconds.
  std::atomic<int64_t> all_until_{0};
};

} // namespace tocsin
