#include "tests/unit/actors/ledger_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

using delivery_claims_test = ledger_fixture;

TEST_F(delivery_claims_test, stores_the_claims_of_a_channel_and_tells_only_the_one_who_claims) {
  open(2, true);
  accept(3);
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_EQ(state_of(handed[0].id), delivery_state::pending);
  ASSERT_TRUE(claim({handed[0].id, handed[1].id}));
  for (auto& x : handed)
    EXPECT_EQ(state_of(x.id), delivery_state::attempting);
  EXPECT_TRUE(changes.empty());
  record(handed[0], delivery_state::delivered);
  EXPECT_EQ(state_of(handed[0].id), delivery_state::delivered);
  ASSERT_EQ(handed.size(), 3u);
  EXPECT_EQ(state_of(handed[2].id), delivery_state::pending);
}

TEST_F(delivery_claims_test, buries_at_the_start_only_what_was_claimed_when_it_ended) {
  open(2, true);
  accept(2);
  auto before = handed;
  ASSERT_EQ(before.size(), 2u);
  ASSERT_TRUE(claim({before[0].id}));
  stop_ledger();
  handed.clear();
  start_ledger();
  open(10, true);
  ASSERT_EQ(handed.size(), 1u) << "what was queued is sent";
  EXPECT_EQ(handed[0].id, before[1].id);
  auto x = stored(before[0].id);
  EXPECT_EQ(x.state, delivery_state::dead_letter);
  EXPECT_EQ(x.last_code, "interrupted");
}

TEST_F(delivery_claims_test, buries_what_a_crashed_actor_had_claimed_and_gives_back_what_one_left) {
  auto worker = open(3, true);
  accept(3);
  auto before = handed;
  ASSERT_EQ(before.size(), 3u);
  ASSERT_TRUE(claim({before[0].id, before[1].id}));
  handed.clear();
  self->send_exit(worker, caf::exit_reason::normal);
  caf::anon_send(caf::actor_cast<caf::actor>(ledger),
                 caf::down_msg{worker.address(), caf::error{}});
  run();
  EXPECT_EQ(state_of(before[0].id), delivery_state::pending);
  worker = open(3, true);
  ASSERT_EQ(handed.size(), 3u);
  ASSERT_TRUE(claim({before[0].id, before[1].id}));
  handed.clear();
  caf::anon_send(worker, replies_ready{});
  run();
  EXPECT_EQ(state_of(before[0].id), delivery_state::dead_letter);
  EXPECT_EQ(state_of(before[1].id), delivery_state::dead_letter);
  open(3, true);
  ASSERT_EQ(handed.size(), 1u);
  EXPECT_EQ(handed[0].id, before[2].id);
}

TEST_F(delivery_claims_test, leaves_no_claim_to_nobody_when_its_actor_crashes_before_the_commit) {
  auto worker = open(2, true);
  accept(1);
  auto id = handed.at(0).id;
  // Both reach the ledger before it commits.
  self->send(ledger, apply_command{claim_deliveries{channel, {id}, *wall}, {}});
  caf::anon_send(caf::actor_cast<caf::actor>(ledger),
                 caf::down_msg{worker.address(), caf::exit_reason::kill});
  run();
  EXPECT_EQ(state_of(id), delivery_state::dead_letter);
}

TEST_F(delivery_claims_test, settles_at_the_start_what_was_claimed_beside_a_key_of_no_use) {
  open(1, true);
  accept(1);
  auto id = handed.at(0).id;
  ASSERT_TRUE(claim({id}));
  stop_ledger();
  spoil(storage::database::due,
        std::string{storage::as_key(channel)} + '\2' + std::string(7, '\0'));
  start_ledger();
  EXPECT_EQ(state_of(id), delivery_state::dead_letter);
  EXPECT_EQ(reports.size(), 1u);
}

TEST_F(delivery_claims_test, lets_rest_what_cannot_be_claimed_and_goes_on) {
  open(1, true);
  accept(2);
  auto refused = claim({handed.at(0).id, delivery_id{}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::not_found);
  EXPECT_EQ(reports.size(), 1u);
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_NE(handed[1].id, handed[0].id);
}

} // namespace

} // namespace tocsin
