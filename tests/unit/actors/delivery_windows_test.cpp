#include "storage/records/due_record.hpp"
#include "storage/repositories/due_repository.hpp"
#include "tests/support/damage.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"

#include <gmock/gmock.h>

#include <set>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

class delivery_windows_test : public ledger_fixture {
protected:
  /// The first attempts that the channel owes.
  std::vector<storage::due_entry> owed() {
    auto tx = *env->read();
    return *storage::due_repository{tx}.next(channel, storage::due_class::first_attempt,
                                             timestamp::max(), 1000);
  }
};

TEST_F(delivery_windows_test, asks_once_for_an_actor_and_hands_over_when_it_opens_a_window) {
  accept(3);
  accept(1);
  EXPECT_THAT(needed, testing::ElementsAre(channel));
  EXPECT_TRUE(handed.empty());
  open(10);
  EXPECT_EQ(handed.size(), 4u);
}

TEST_F(delivery_windows_test, hands_fresh_deliveries_over_at_once) {
  open(10);
  accept(2);
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_EQ(handed[0].event->value.message, "it broke");
  EXPECT_LT(handed[0].id, handed[1].id);
}

TEST_F(delivery_windows_test, never_hands_over_more_than_the_window_holds) {
  open(2);
  accept(5);
  ASSERT_EQ(handed.size(), 2u);
  record(handed[0], delivery_state::delivered);
  EXPECT_EQ(handed.size(), 3u);
  record(handed[1], delivery_state::delivered);
  record(handed[2], delivery_state::delivered);
  EXPECT_EQ(handed.size(), 5u);
  std::set<delivery_id> distinct;
  for (auto& x : handed)
    distinct.insert(x.id);
  EXPECT_EQ(distinct.size(), 5u);
}

TEST_F(delivery_windows_test, keeps_to_the_size_that_a_window_was_given_last) {
  auto worker = open(2);
  accept(9);
  EXPECT_EQ(handed.size(), 2u);
  caf::anon_send(ledger, resize_window{channel, worker, 4});
  run();
  EXPECT_EQ(handed.size(), 4u);
  caf::anon_send(ledger, resize_window{channel, worker, 1});
  for (int i = 0; i < 3; ++i)
    record(handed[static_cast<size_t>(i)], delivery_state::delivered);
  EXPECT_EQ(handed.size(), 4u);
  record(handed[3], delivery_state::delivered);
  EXPECT_EQ(handed.size(), 5u);
}

TEST_F(delivery_windows_test, bounds_what_all_windows_hold_and_yet_keeps_every_channel_going) {
  open(20'000);
  accept(17'000);
  EXPECT_EQ(handed.size(), delivery_windows::most_loaded);
  channel = add_channel("two");
  accept(10);
  open(20'000);
  EXPECT_EQ(handed.size(), delivery_windows::most_loaded + delivery_windows::guaranteed);
  for (int i = 0; i < 6; ++i)
    record(handed[delivery_windows::most_loaded + static_cast<size_t>(i)],
           delivery_state::delivered);
  EXPECT_EQ(handed.size(), delivery_windows::most_loaded + 10);
}

TEST_F(delivery_windows_test, hands_a_retry_over_when_its_time_has_come) {
  open(2);
  accept();
  record(handed[0], delivery_state::scheduled, *wall + 5s);
  EXPECT_EQ(state_of(handed[0].id), delivery_state::scheduled);
  advance(4999ms);
  EXPECT_EQ(handed.size(), 1u);
  advance(2ms);
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_EQ(handed[1].id, handed[0].id);
  EXPECT_EQ(handed[1].attempts, 1u);
}

TEST_F(delivery_windows_test, keeps_room_for_first_attempts_beside_retries) {
  open(4);
  accept(4);
  auto failed = handed;
  for (auto& x : failed)
    record(x, delivery_state::scheduled, *wall + 5s);
  advance(6s);
  EXPECT_EQ(handed.size(), 4u + 2u);
  accept(1);
  EXPECT_EQ(handed.size(), 4u + 2u + 1u);
  EXPECT_EQ(handed.back().attempts, 0u);
}

TEST_F(delivery_windows_test, takes_back_what_a_crashed_actor_had_in_flight) {
  auto worker = open(2);
  accept(3);
  ASSERT_EQ(handed.size(), 2u);
  caf::anon_send(worker, replies_ready{});
  run();
  EXPECT_THAT(needed, testing::ElementsAre(channel));
  handed.clear();
  open(10);
  EXPECT_EQ(handed.size(), 3u);
}

TEST_F(delivery_windows_test, leaves_a_replaced_actor_what_it_has_in_flight) {
  auto old = open(2);
  accept(3);
  ASSERT_EQ(handed.size(), 2u);
  auto in_flight = handed;
  handed.clear();
  open(10);
  ASSERT_EQ(handed.size(), 1u);
  record(in_flight[0], delivery_state::delivered);
  handed.clear();
  self->send_exit(old, caf::exit_reason::user_shutdown);
  run();
  ASSERT_EQ(handed.size(), 1u);
  EXPECT_EQ(handed[0].id, in_flight[1].id);
}

TEST_F(delivery_windows_test, counts_no_retry_of_a_replaced_actor_to_the_share_of_the_new_one) {
  open(16);
  accept(9);
  for (auto& x : std::exchange(handed, {}))
    record(x, delivery_state::scheduled, *wall + 5s);
  advance(6s);
  ASSERT_EQ(handed.size(), 8u);
  open(16);
  EXPECT_EQ(handed.size(), 9u);
}

TEST_F(delivery_windows_test, finds_what_is_owed_after_a_restart) {
  open(2);
  accept(3);
  record(handed[0], delivery_state::scheduled, *wall + 60s);
  stop_ledger();
  needed.clear();
  handed.clear();
  start_ledger();
  EXPECT_THAT(needed, testing::ElementsAre(channel));
  open(10);
  EXPECT_EQ(handed.size(), 2u);
  advance(61s);
  EXPECT_EQ(handed.size(), 3u);
}

TEST_F(delivery_windows_test, does_not_hand_out_again_what_is_being_recorded_when_its_actor_goes) {
  auto old = open(2);
  accept(1);
  ASSERT_EQ(handed.size(), 1u);
  auto x = handed[0];
  handed.clear();
  open(10);
  // The outcome and the end of the actor reach the ledger before it commits.
  attempt made{x.id, 1, *wall, 5ms, {}};
  self->send(ledger,
             record_attempts{channel, {{made, channel, delivery_state::delivered, {}, true}}});
  caf::anon_send(caf::actor_cast<caf::actor>(ledger), caf::down_msg{old.address(), caf::error{}});
  run();
  EXPECT_TRUE(handed.empty());
  EXPECT_EQ(state_of(x.id), delivery_state::delivered);
}

TEST_F(delivery_windows_test, hands_first_attempts_over_after_the_clock_stepped_back) {
  accept(3);
  *wall -= 1h;
  open(10);
  EXPECT_EQ(handed.size(), 3u);
}

TEST_F(delivery_windows_test, keeps_to_the_schedule_after_the_clock_was_set_forward) {
  open(10);
  accept(2);
  record(handed[0], delivery_state::scheduled, *wall + 60s);
  *wall += 24h;
  record(handed[1], delivery_state::scheduled, *wall + 5s);
  ASSERT_EQ(handed.size(), 3u);
  EXPECT_EQ(handed[2].id, handed[0].id);
  advance(5s);
  ASSERT_EQ(handed.size(), 4u);
  EXPECT_EQ(handed[3].id, handed[1].id);
}

TEST_F(delivery_windows_test, hands_over_what_lies_behind_deliveries_that_cannot_be_read) {
  accept(10);
  auto due = owed();
  ASSERT_EQ(due.size(), 10u);
  for (auto place : {0u, 1u, 2u, 3u, 4u, 6u})
    spoil(storage::database::deliveries, storage::as_key(due[place].delivery),
          place == 4 ? "\xff" : "\x01");
  open(4);
  ASSERT_EQ(handed.size(), 4u);
  EXPECT_EQ(handed[0].id, due[5].delivery);
  EXPECT_EQ(handed[3].id, due[9].delivery);
  EXPECT_EQ(reports.size(), 6u);
  EXPECT_THAT(reports, testing::Each(testing::HasSubstr("cannot be read")));
}

TEST_F(delivery_windows_test, hands_over_what_lies_behind_a_key_that_cannot_be_read) {
  accept(3);
  // A key that ends after the time, and lies before all others of the channel.
  spoil(storage::database::due,
        std::string{storage::as_key(channel)} + std::string(8, '\0') + '\x01');
  open(2);
  for (int i = 0; i < 5; ++i)
    advance(1s);
  EXPECT_EQ(handed.size(), 2u);
  record(handed[0], delivery_state::delivered);
  EXPECT_EQ(handed.size(), 3u);
  // It is met each time and told once.
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_THAT(reports[0], testing::HasSubstr(" in due ends too early"));
  EXPECT_TRUE(recoveries.empty());
}

TEST_F(delivery_windows_test, starts_beside_keys_that_cannot_be_read) {
  auto ill = channel;
  accept(1);
  auto well = add_channel("two");
  channel = well;
  accept(1);
  stop_ledger();
  // One that names no channel, and a first attempt and a claim that end too early, before all
  // others.
  spoil(storage::database::due, "\x01");
  for (auto klass : {'\0', '\2'})
    spoil(storage::database::due, std::string{storage::as_key(ill)} + klass + std::string(7, '\0'));
  start_ledger();
  EXPECT_THAT(needed, testing::IsSupersetOf({ill, well}));
  open(2);
  EXPECT_EQ(handed.size(), 1u);
  channel = ill;
  open(2);
  EXPECT_EQ(handed.size(), 2u);
  accept(1);
  EXPECT_EQ(handed.size(), 3u);
  // Each is told once, however often it is met.
  ASSERT_EQ(reports.size(), 3u);
  EXPECT_THAT(reports[0], testing::HasSubstr("under key 01 in due"));
  EXPECT_THAT(reports[1], testing::HasSubstr("0200000000000000 in due"));
  EXPECT_THAT(reports[2], testing::HasSubstr("0000000000000000 in due"));
}

TEST_F(delivery_windows_test, starts_beside_a_channel_whose_record_cannot_be_read) {
  accept(1);
  stop_ledger();
  spoil(storage::database::channels, storage::as_key(channel));
  needed.clear();
  start_ledger();
  EXPECT_THAT(needed, testing::ElementsAre(channel));
  EXPECT_EQ(owed().size(), 1u);
}

TEST_F(delivery_windows_test, says_once_for_all_channels_that_nothing_can_be_read) {
  accept(1);
  auto first = channel;
  channel = add_channel("two");
  accept(1);
  std::vector<storage::read_transaction> all_readers;
  while (auto reader = env->read())
    all_readers.push_back(std::move(*reader));
  open(2);
  channel = first;
  open(2);
  advance(1s);
  EXPECT_TRUE(handed.empty());
  EXPECT_EQ(reports.size(), 1u);
  all_readers.clear();
  advance(1s);
  EXPECT_EQ(handed.size(), 2u);
  EXPECT_EQ(reports.size(), 1u);
  EXPECT_EQ(recoveries.size(), 1u);
}

TEST_F(delivery_windows_test, frees_the_slot_of_an_attempt_that_storage_refuses) {
  open(1);
  accept(2);
  ASSERT_EQ(handed.size(), 1u);
  attempt impossible{handed[0].id, 0, *wall, 5ms, {}};
  caf::anon_send(
    ledger, record_attempts{channel, {{impossible, channel, delivery_state::delivered, {}, true}}});
  run();
  EXPECT_EQ(handed.size(), 2u);
  EXPECT_NE(handed[0].id, handed[1].id);
  EXPECT_EQ(reports.size(), 1u);
}

TEST_F(delivery_windows_test, hands_over_what_others_owe_beside_a_page_that_is_damaged) {
  accept(300);
  auto first = owed().at(0);
  wipe_pages_with(
    directory.path() / "data.mdb",
    storage::due_key{channel, storage::due_class::first_attempt, first.due_at, first.delivery});
  auto other = add_channel("two");
  open(4);
  EXPECT_TRUE(handed.empty());
  channel = other;
  for (size_t i = 1; i <= 3; ++i)
    EXPECT_TRUE(accept()) << i;
  open(4);
  EXPECT_EQ(handed.size(), 3u);
  EXPECT_TRUE(accept());
  EXPECT_EQ(handed.size(), 4u);
  EXPECT_EQ(reports.size(), 1u) << testing::PrintToString(reports);
}

TEST_F(delivery_windows_test, takes_back_from_a_worker_what_is_its_own_alone) {
  auto old = open(4);
  accept(4);
  auto first = handed;
  ASSERT_EQ(first.size(), 4u);
  handed.clear();
  caf::anon_send(ledger, give_back_deliveries{channel, old, {first[2].id, first[3].id}});
  caf::anon_send(ledger, resize_window{channel, old, 8});
  run();
  EXPECT_TRUE(handed.empty()) << "its window takes nothing more";
  open(1);
  ASSERT_EQ(handed.size(), 1u);
  EXPECT_EQ(handed[0].id, first[2].id);
  caf::anon_send(ledger, give_back_deliveries{channel, old, {first[2].id, first[1].id}});
  run();
  EXPECT_EQ(handed.size(), 1u) << "the successor's slot is taken, by what is its own now";
  record(first[0], delivery_state::delivered);
  EXPECT_EQ(handed.size(), 1u);
  record(handed[0], delivery_state::delivered);
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_EQ(handed[1].id, first[1].id);
}

TEST_F(delivery_windows_test, has_nothing_in_flight_of_what_cannot_be_read) {
  accept(1);
  auto id = owed().at(0).delivery;
  spoil(storage::database::events, stored(id).event);
  open(2);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_THAT(reports[0], testing::HasSubstr("cannot be read"));
  advance(5s);
  EXPECT_EQ(reports.size(), 1u) << "it rests";
  auto cancelled = change(cancel_delivery{id, *wall, ""});
  ASSERT_TRUE(cancelled) << cancelled.error().detail;
  EXPECT_EQ(state_of(id), delivery_state::cancelled);
}

TEST_F(delivery_windows_test, tries_again_by_hand_what_could_not_be_recorded) {
  open(1);
  accept(1);
  auto id = handed.at(0).id;
  attempt impossible{id, 0, *wall, 5ms, {}};
  caf::anon_send(
    ledger, record_attempts{channel, {{impossible, channel, delivery_state::delivered, {}, true}}});
  run();
  ASSERT_EQ(reports.size(), 1u);
  advance(1h);
  EXPECT_EQ(handed.size(), 1u) << "it rests";
  ASSERT_TRUE(change(cancel_delivery{id, *wall, ""}));
  ASSERT_TRUE(change(resend_delivery{id, *wall}));
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_EQ(handed[1].id, id);
}

TEST_F(delivery_windows_test, frees_no_slot_of_an_actor_for_what_an_earlier_one_had) {
  open(1);
  accept(3);
  ASSERT_EQ(handed.size(), 1u);
  attempt impossible{handed[0].id, 0, *wall, 5ms, {}};
  open(1);
  ASSERT_EQ(handed.size(), 2u);
  caf::anon_send(
    ledger, record_attempts{channel, {{impossible, channel, delivery_state::delivered, {}, true}}});
  run();
  EXPECT_EQ(handed.size(), 2u);
  EXPECT_EQ(reports.size(), 1u);
}

} // namespace

} // namespace tocsin
