#pragma once

#include "client/connect.hpp"

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

#include <cstddef>
#include <functional>
#include <memory>

namespace tocsin {

/// What became of the submissions that were offered.
struct pump_counts {
  size_t offered = 0;
  size_t accepted = 0;
  /// Answered `overloaded`: the client's window was full.
  size_t refused = 0;
  /// Ended with any other failure.
  size_t failed = 0;

  size_t open() const { return offered - accepted - refused - failed; }
};

/// Offers events to a panel's handle from an actor of its own and counts what becomes of them.
/// Thread-safe.
class event_pump {
public:
  event_pump(caf::actor_system& system, client::node_actor to);
  ~event_pump();

  event_pump(const event_pump&) = delete;
  event_pump& operator=(const event_pump&) = delete;

  /// Offers this many submissions of `events_each` events; with `at_once` of them open it goes on
  /// when one of them is closed. The one before has offered all of its own.
  void offer(size_t submissions, size_t events_each, size_t at_once);

  pump_counts counts() const;

  /// Waits until `done` holds; false if that takes more than two minutes.
  bool wait(const std::function<bool(const pump_counts&)>& done) const;

private:
  struct shared;

  std::shared_ptr<shared> shared_;
  caf::actor worker_;
};

} // namespace tocsin
