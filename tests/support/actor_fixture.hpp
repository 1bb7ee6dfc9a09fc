#pragma once

#include "actors/shared/meter.hpp"
#include "messages/steady_time.hpp"
#include "messages/timestamp.hpp"
#include "storage/commands/apply.hpp"
#include "storage/upkeep/open_environment.hpp"
#include "tests/support/temporary_directory.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

namespace tocsin {

/// Actors under a scheduler that runs only when told to, with time that passes only when told to,
/// and a real LMDB environment.
class actor_fixture : public testing::Test {
protected:
  actor_fixture() : system(config), self(system) {
    storage::environment::options options;
    options.directory = directory.path();
    options.map_size_bytes = 64 << 20;
    env = *storage::open_environment(options);
  }

  /// Handles messages until there are none, without letting time pass.
  void run() { scheduler().run(); }

  /// Lets time pass, and handles what that brings about.
  void advance(std::chrono::milliseconds duration) {
    *wall += duration;
    *steady += duration;
    scheduler().advance_time(duration);
    run();
  }

  wall_clock now() const {
    return [wall = wall] { return *wall; };
  }

  monotonic_clock steady_now() const {
    return [steady = steady] { return *steady; };
  }

  /// Stores something behind the actors' backs.
  command_result apply_now(const command& x) {
    auto tx = *env->write();
    auto result = storage::apply(tx, x);
    EXPECT_TRUE(result) << result.error().detail;
    EXPECT_TRUE(tx.commit());
    return *result;
  }

  /// The answer to a request that has been handled by now.
  template <class Answer, class Handle, class Message>
  expected<Answer> ask(const Handle& receiver, Message message) {
    auto pending = self->request(receiver, caf::infinite, std::move(message));
    run();
    expected<Answer> result{fail(errc::unavailable, "no answer came")};
    pending.receive([&](Answer& answer) { result = std::move(answer); },
                    [&](caf::error& fault) { result = to_failure(fault); });
    return result;
  }

  caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  }

  struct test_config : caf::actor_system_config {
    test_config() { set("scheduler.policy", caf::atom("testing")); }
  };

  temporary_directory directory;
  std::shared_ptr<storage::environment> env;
  std::shared_ptr<timestamp> wall
    = std::make_shared<timestamp>(*parse_rfc3339("2026-03-29T12:00:00Z"));
  std::shared_ptr<steady_time> steady = std::make_shared<steady_time>(std::chrono::hours{1});
  std::shared_ptr<meter_board> board = std::make_shared<meter_board>();
  test_config config;
  caf::actor_system system;
  caf::scoped_actor self;
};

} // namespace tocsin
