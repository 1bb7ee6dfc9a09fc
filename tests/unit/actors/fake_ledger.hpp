#pragma once

#include "messages/protocol/delivery_ledger.hpp"

#include <caf/actor_system.hpp>

#include <functional>

namespace tocsin {

/// What a ledger that stores nothing does with the messages that a test looks at. All others, and
/// those that it does not look at, are taken and answered.
struct fake_ledger {
  std::function<void(const accept_submission&)> on_submission = [](auto&) {};
  std::function<caf::result<command_result>(const apply_command&)> on_command
    = [](auto&) { return command_result{}; };
  std::function<void(record_attempts&)> on_attempts = [](auto&) {};
  std::function<void(const open_window&)> on_open = [](auto&) {};
  std::function<void(const resize_window&)> on_resize = [](auto&) {};
  std::function<void(const give_back_deliveries&)> on_give_back = [](auto&) {};
};

inline delivery_ledger_actor spawn_fake_ledger(caf::actor_system& system, const fake_ledger& x) {
  return system.spawn([x](delivery_ledger_actor::pointer) -> delivery_ledger_actor::behavior_type {
    return {[x](const accept_submission& msg) {
              x.on_submission(msg);
              return events_accepted{};
            },
            [x](const apply_command& msg) { return x.on_command(msg); },
            [](const store_channels&) { return channels_stored{}; },
            [x](record_attempts& msg) { x.on_attempts(msg); },
            [x](const open_window& msg) { x.on_open(msg); },
            [x](const resize_window& msg) { x.on_resize(msg); },
            [x](const give_back_deliveries& msg) { x.on_give_back(msg); },
            [](const subscribe_changes&) {},
            [](const start_deliveries&) {},
            [](const close_ledger&) { return ledger_closed{}; }};
  });
}

} // namespace tocsin
