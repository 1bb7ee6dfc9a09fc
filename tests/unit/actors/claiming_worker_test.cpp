#include "tests/unit/actors/worker_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// A channel that must not repeat.
class claiming_worker_test : public worker_fixture {
protected:
  claiming_worker_test() {
    self->send_exit(worker, caf::exit_reason::user_shutdown);
    value.delivery.on_ambiguous = ambiguous_policy::dead_letter;
    worker = spawn_worker();
  }
};

TEST_F(claiming_worker_test, claims_what_it_sends_and_nothing_that_waits) {
  give(20);
  ASSERT_EQ(claims.size(), 1u);
  EXPECT_EQ(claims[0].size(), policy::in_flight_limit::first);
  await_attempts(20);
  size_t claimed = 0;
  for (auto& x : claims)
    claimed += x.size();
  EXPECT_EQ(claimed, 20u);
}

TEST_F(claiming_worker_test, has_its_requests_go_over_connections_on_which_nothing_is_repeated) {
  give(1);
  EXPECT_TRUE(std::get<channels::http_request>(transport->first()).on_new_connection);
}

TEST_F(claiming_worker_test, claims_nothing_while_the_breaker_is_open) {
  plan->verdicts = {{outcome_class::retry, {}}};
  give(20);
  await_attempts(8);
  auto before = claims.size();
  advance(4999ms);
  EXPECT_EQ(claims.size(), before);
  advance(1ms);
  await_attempts(9);
  ASSERT_EQ(claims.size(), before + 1);
  EXPECT_EQ(claims.back().size(), 1u);
}

TEST_F(claiming_worker_test, sends_nothing_while_claims_cannot_be_stored_and_all_afterwards) {
  refusal = fail(errc::storage_full, "no room");
  give(20);
  expect_rest(0);
  EXPECT_EQ(claims.size(), 1u);
  advance(999ms);
  EXPECT_EQ(claims.size(), 1u);
  advance(1ms);
  EXPECT_EQ(claims.size(), 2u);
  EXPECT_EQ(claims[0], claims[1]);
  refusal = fail(errc::unavailable, "the map cannot grow while somebody reads");
  advance(1s);
  EXPECT_EQ(claims.size(), 3u);
  expect_rest(0);
  refusal.reset();
  advance(1s);
  await_attempts(20);
}

TEST_F(claiming_worker_test, does_not_send_what_is_not_its_own_to_claim) {
  refusal = fail(errc::conflict, "it is cancelled");
  give(2);
  expect_rest(0);
  refusal.reset();
  give(1);
  await_attempts(1);
  EXPECT_NE(made[0].value.delivery, claims[0][0]);
}

TEST_F(claiming_worker_test, makes_another_probe_after_one_that_could_not_be_claimed) {
  plan->verdicts = {{outcome_class::retry, {}}};
  give(9);
  await_attempts(8);
  refusal = fail(errc::storage_io, "the disk is gone");
  advance(5s);
  expect_rest(8);
  EXPECT_EQ(breaker(), policy::breaker_state::open);
  refusal.reset();
  advance(10s);
  await_attempts(9);
}

TEST_F(claiming_worker_test, sends_what_is_claimed_before_it_ends) {
  // It hears of the end while the first claim is being stored.
  send_due(20);
  caf::anon_send(worker, drain_channel{});
  run();
  await_attempts(4);
  expect_rest(4);
}

TEST_F(claiming_worker_test, leaves_no_claim_to_what_only_waits_in_the_transport) {
  transport->under_way = 1;
  give(4);
  ASSERT_EQ(claims.size(), 1u);
  caf::anon_send(worker, drain_channel{});
  run();
  std::vector<delivery_id> unsent{claims[0].begin() + 1, claims[0].end()};
  EXPECT_THAT(released, testing::ElementsAre(testing::UnorderedElementsAreArray(unsent)));
  EXPECT_THAT(given_back, testing::ElementsAre(unsent));
  await_attempts(1);
  expect_rest(1);
}

TEST_F(claiming_worker_test, leaves_no_claim_to_what_was_being_claimed_as_it_ended) {
  transport->under_way = 1;
  send_due(4);
  caf::anon_send(worker, drain_channel{});
  run();
  EXPECT_EQ(transport->held(), 1u);
  ASSERT_EQ(released.size(), 1u);
  EXPECT_EQ(released[0].size(), 3u);
  await_attempts(1);
  expect_rest(1);
}

TEST_F(claiming_worker_test, claims_anew_after_a_pause_what_only_waited_in_the_transport) {
  transport->under_way = 1;
  give(4);
  pauses->pause_all(*wall + 1h);
  give(0);
  EXPECT_EQ(transport->held(), 1u);
  ASSERT_EQ(released.size(), 1u);
  EXPECT_EQ(released[0].size(), 3u);
  await_attempts(1);
  expect_rest(1);
  EXPECT_TRUE(given_back.empty());
  advance(1h);
  await_attempts(4);
  EXPECT_EQ(claims.size(), 2u);
}

} // namespace

} // namespace tocsin
