#include "tests/support/held_transport.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"
#include "tests/unit/actors/worker_fixture.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tocsin {

namespace {

/// A channel whose settings change while its endpoint hangs: the actor with the old ones, and its
/// successor, before the ledger that keeps what it is told.
class channel_handover_test : public ledger_fixture {
protected:
  channel_actor start_worker(const std::shared_ptr<channels::transport>& transport) {
    channel_worker_options options;
    options.ledger = ledger;
    options.transport = transport;
    options.now = now();
    options.steady_now = steady_now();
    options.board = board;
    options.pauses = pauses;
    tocsin::channel config;
    config.id = channel;
    config.delivery.on_ambiguous = on_ambiguous;
    auto adapter = std::make_shared<const scripted_adapter>(std::make_shared<reply_script>());
    auto result = system.spawn(channel_worker, options, config, adapter);
    workers.push_back(result);
    run();
    return result;
  }

  /// Lets both transports answer until nothing is left to be sent.
  void answer_all() {
    while (hanging->refuse_held() || answering->refuse_held())
      run();
  }

  /// How many deliveries have had this many attempts each and were delivered.
  std::map<uint16_t, size_t> delivered_by_attempts() {
    std::map<uint16_t, size_t> result;
    auto tx = *env->read();
    for (auto& x : storage::delivery_repository{tx}.list({}, {})->entries)
      if (x.state == delivery_state::delivered)
        ++result[x.attempts];
    return result;
  }

  static constexpr size_t limit = policy::in_flight_limit::first;

  ambiguous_policy on_ambiguous = ambiguous_policy::retry;
  std::shared_ptr<held_transport> hanging = std::make_shared<held_transport>();
  std::shared_ptr<held_transport> answering = std::make_shared<held_transport>();
};

TEST_F(channel_handover_test, gives_the_successor_at_once_what_waits_behind_requests_that_hang) {
  auto old = start_worker(hanging);
  accept(2 * limit);
  ASSERT_EQ(hanging->held(), limit);
  caf::anon_send(old, drain_channel{});
  run();
  start_worker(answering);
  EXPECT_EQ(answering->held(), limit);
  answer_all();
  EXPECT_EQ(delivered_by_attempts(), (std::map<uint16_t, size_t>{{1, 2 * limit}}));
}

TEST_F(channel_handover_test, gives_the_successor_what_reached_the_old_actor_after_its_end_began) {
  auto old = start_worker(hanging);
  accept(limit);
  caf::anon_send(old, drain_channel{});
  run();
  accept(2);
  accept(1);
  EXPECT_EQ(hanging->held(), limit);
  start_worker(answering);
  EXPECT_EQ(answering->held(), 3u);
  answer_all();
  EXPECT_EQ(delivered_by_attempts(), (std::map<uint16_t, size_t>{{1, limit + 3}}));
}

TEST_F(channel_handover_test, gives_it_what_its_predecessor_had_before_it_was_told_to_end) {
  start_worker(hanging);
  accept(2 * limit);
  start_worker(answering);
  EXPECT_EQ(answering->held(), 0u);
  caf::anon_send(workers.front(), drain_channel{});
  run();
  EXPECT_EQ(answering->held(), limit);
  answer_all();
  EXPECT_EQ(delivered_by_attempts(), (std::map<uint16_t, size_t>{{1, 2 * limit}}));
}

TEST_F(channel_handover_test, leaves_the_old_actor_what_it_has_claimed) {
  on_ambiguous = ambiguous_policy::dead_letter;
  auto old = start_worker(hanging);
  accept(2 * limit);
  ASSERT_EQ(hanging->held(), limit);
  caf::anon_send(old, drain_channel{});
  run();
  start_worker(answering);
  EXPECT_EQ(answering->held(), limit);
  hanging->refuse_held();
  run();
  EXPECT_EQ(answering->held(), limit) << "what the old one claimed is not given to the successor";
  answer_all();
  EXPECT_EQ(delivered_by_attempts(), (std::map<uint16_t, size_t>{{1, 2 * limit}}));
}

} // namespace

} // namespace tocsin
