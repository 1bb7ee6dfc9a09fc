#include "client/connect.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/fault/app/gate_process_fixture.hpp"
#include "tests/support/eventually.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <fmt/format.h>

#include <atomic>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

constexpr int peer_rounds = 3;
constexpr size_t events_per_round = 2000;

class gate_kill_test : public gate_process_fixture {};

TEST_F(gate_kill_test, every_event_a_panel_sends_is_delivered_once_though_the_service_is_killed) {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto handle = client::connect(system, panel_config()).value();
  std::atomic<size_t> accepted{0};
  std::atomic<size_t> refused{0};
  auto sender = system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    return {[self, handle, &accepted, &refused](int round) {
      for (size_t i = 0; i < events_per_round; ++i) {
        submit_events one;
        one.events.push_back(
          {fmt::format("{}-{}", round, i), "deploy.failure", "", "", "", "m", ""});
        self->request(handle, 60s, std::move(one))
          .then([&accepted](const events_accepted&) { ++accepted; },
                [&refused](const caf::error&) { ++refused; });
      }
    }};
  });
  for (int round = 0; round < peer_rounds; ++round) {
    auto before = accepted.load();
    caf::anon_send(sender, round);
    EXPECT_TRUE(eventually([&] { return accepted >= before + 100; }));
    service.kill();
    EXPECT_LT(accepted, before + events_per_round) << "it was killed too late to matter";
    service.start();
    EXPECT_TRUE(eventually([&] { return accepted + refused == (round + 1) * events_per_round; }));
  }
  EXPECT_EQ(accepted, peer_rounds * events_per_round);
  EXPECT_EQ(refused, 0u);
  wait_until_nothing_is_owed();
  auto arrived = arrivals();
  EXPECT_EQ(arrived.size(), accepted);
  // An event that was accepted twice would have two deliveries.
  for (auto& [id, deliveries] : arrived)
    EXPECT_EQ(deliveries.size(), 1u) << id;
  caf::anon_send_exit(sender, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
  handle = nullptr;
}

} // namespace

} // namespace tocsin
