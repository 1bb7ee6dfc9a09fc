#include "messages/protocol/failure.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/due_repository.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

class delivery_ledger_test : public ledger_fixture {
protected:
  std::string first_key(storage::database db) {
    auto tx = *env->read();
    auto at = *tx.open_cursor(db);
    EXPECT_TRUE(*at.first());
    return std::string{at.key()};
  }
};

TEST_F(delivery_ledger_test, answers_only_when_the_event_is_stored) {
  auto answer = accept();
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->receipts.size(), 1u);
  EXPECT_EQ(answer->receipts[0].deliveries, 1u);
  auto id = event_id::parse(answer->receipts[0].id);
  ASSERT_TRUE(id);
  EXPECT_EQ(state_of(delivery_id{id->plus(1)}), delivery_state::pending);
}

TEST_F(delivery_ledger_test, commits_what_waits_together) {
  for (int i = 0; i < 10; ++i)
    self->send(ledger, accept_submission{submission_of(1)});
  run();
  // One flush for all of them.
  uint64_t handled = 0;
  for (auto& x : board->actors())
    if (x.name == delivery_ledger_state::name)
      handled = x.messages_handled;
  EXPECT_EQ(handled, 2u + 10u + 1u);
}

TEST_F(delivery_ledger_test, answers_a_repeated_event_as_the_first_time) {
  auto first = accept(1, "order-7");
  auto again = accept(1, "order-7");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->receipts[0].id, first->receipts[0].id);
  EXPECT_EQ(again->receipts[0].deliveries, 1u);
  EXPECT_TRUE(again->receipts[0].duplicate);
  open(10);
  EXPECT_EQ(handed.size(), 1u);
}

TEST_F(delivery_ledger_test, gives_a_repeated_event_the_id_that_it_is_stored_under) {
  auto with_key = [this](const std::string& id, const std::string& key) {
    auto baton = submission_of(1, id);
    baton->events[0].idempotency_key = key;
    return ask<events_accepted>(ledger, accept_submission{baton});
  };
  ASSERT_TRUE(with_key("order-7", "named"));
  auto again = with_key("", "named");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->receipts[0].duplicate);
  EXPECT_EQ(again->receipts[0].id, "order-7");
  EXPECT_EQ(again->receipts[0].deliveries, 1u);
  ASSERT_TRUE(with_key("", "unnamed"));
  auto renamed = with_key("order-8", "unnamed");
  ASSERT_FALSE(renamed);
  EXPECT_EQ(renamed.error().code, errc::idempotency_conflict);
}

TEST_F(delivery_ledger_test, accepts_all_events_of_a_request_or_none) {
  ASSERT_TRUE(accept(1, "order-7"));
  auto baton = submission_of(2);
  baton->events[1].value.id = "order-7";
  baton->events[1].value.message = "something else";
  auto answer = ask<events_accepted>(ledger, accept_submission{baton});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::idempotency_conflict);
  open(10);
  EXPECT_EQ(handed.size(), 1u);
}

TEST_F(delivery_ledger_test, has_attempts_wait_for_what_takes_them_along) {
  stop_ledger();
  longest_attempt_wait = 2ms;
  start_ledger();
  open(4);
  accept(2);
  record(handed[0], delivery_state::delivered);
  EXPECT_EQ(state_of(handed[0].id), delivery_state::pending);
  accept();
  EXPECT_EQ(state_of(handed[0].id), delivery_state::delivered);
  // What was set for the first attempt does not count for the second.
  advance(1ms);
  record(handed[1], delivery_state::delivered);
  advance(1ms);
  EXPECT_EQ(state_of(handed[1].id), delivery_state::pending);
  advance(1ms);
  EXPECT_EQ(state_of(handed[1].id), delivery_state::delivered);
}

TEST_F(delivery_ledger_test, tells_the_listeners_of_a_change_before_it_answers) {
  tocsin::channel x;
  x.id = channel_id{ids.next(1)};
  x.owner = {recipient_kind::admin, "ops"};
  x.name = "two";
  auto stored
    = ask<command_result>(ledger, apply_command{put_channel{x, "sealed", 0},
                                                configuration_changed{x.owner, x.id, false}});
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->revision, 1u);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].channel, x.id);
}

TEST_F(delivery_ledger_test, stores_several_channels_at_once_or_none) {
  auto other = add_channel("two");
  auto change_of = [this](channel_id id, const std::string& name, uint64_t revision) {
    tocsin::channel x;
    x.id = id;
    x.owner = {recipient_kind::admin, "ops"};
    x.name = name;
    return put_channel{x, "sealed", revision};
  };
  auto refused = ask<channels_stored>(
    ledger, store_channels{{change_of(channel, "first", 1), change_of(other, "second", 7)}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::revision_mismatch);
  EXPECT_TRUE(changes.empty());
  auto name_of = [this](channel_id id) {
    auto tx = *env->read();
    return (**storage::channel_repository{tx}.find(id)).value.name;
  };
  EXPECT_EQ(name_of(channel), "one");
  auto stored = ask<channels_stored>(
    ledger, store_channels{{change_of(channel, "first", 1), change_of(other, "second", 1)}});
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->revisions, (std::vector<uint64_t>{2, 2}));
  EXPECT_EQ(name_of(channel), "first");
  EXPECT_EQ(name_of(other), "second");
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].channel, channel);
  EXPECT_EQ(changes[1].channel, other);
  auto none = ask<channels_stored>(ledger, store_channels{});
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->revisions.empty());
}

TEST_F(delivery_ledger_test, refuses_a_change_that_does_not_hold_and_tells_nobody) {
  auto answer = ask<command_result>(ledger, apply_command{remove_channel{channel_id{}, {}}, {}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::not_found);
  EXPECT_TRUE(changes.empty());
}

TEST_F(delivery_ledger_test, cancels_what_a_removed_channel_owes) {
  accept(3);
  open(1);
  ASSERT_EQ(handed.size(), 1u);
  ASSERT_TRUE(ask<command_result>(
    ledger, apply_command{remove_channel{channel, {}},
                          configuration_changed{{recipient_kind::admin, "ops"}, channel, true}}));
  EXPECT_EQ(state_of(handed[0].id), delivery_state::cancelled);
  EXPECT_EQ(handed.size(), 1u);
}

TEST_F(delivery_ledger_test, cancels_for_each_of_several_channels_removed_at_once) {
  accept(1);
  auto first = channel;
  channel = add_channel("two");
  accept(1);
  for (auto& id : {first, channel})
    self->send(ledger,
               apply_command{remove_channel{id, {}},
                             configuration_changed{{recipient_kind::admin, "ops"}, id, true}});
  run();
  auto tx = *env->read();
  for (auto& id : {first, channel})
    EXPECT_EQ(*storage::due_repository{tx}.count_pending(id), 0u);
  EXPECT_TRUE(reports.empty());
}

TEST_F(delivery_ledger_test, removes_ended_events_after_the_retention) {
  open(10);
  accept(2);
  record(handed[0], delivery_state::delivered);
  advance(25h);
  auto tx = *env->read();
  storage::delivery_repository deliveries{tx};
  EXPECT_FALSE(*deliveries.find(handed[0].id));
  EXPECT_TRUE(*deliveries.find(handed[1].id));
}

TEST_F(delivery_ledger_test, removes_expired_sessions) {
  session x{{}, {recipient_kind::admin, "ops"}, *wall, *wall, *wall + 12h};
  ASSERT_TRUE(change(open_session{x}));
  auto sessions = [this] {
    auto tx = *env->read();
    return *tx.count(storage::database::sessions);
  };
  advance(session_idle_limit - 1min);
  EXPECT_EQ(sessions(), 1u);
  advance(2min);
  EXPECT_EQ(sessions(), 0u);
}

TEST_F(delivery_ledger_test, removes_what_is_old_whatever_else_of_it_cannot_be_read) {
  open(10);
  accept(3);
  for (auto& x : std::vector{handed})
    record(x, delivery_state::delivered);
  ASSERT_TRUE(change(put_pause{{*wall, *wall + 1h, "quiet", {}}}));
  ASSERT_TRUE(change(remove_pause{}));
  auto count = [this](storage::database db) {
    auto tx = *env->read();
    return *tx.count(db);
  };
  ASSERT_EQ(count(storage::database::audit), 2u);
  spoil(storage::database::events, storage::as_key(handed[0].event->id));
  spoil(storage::database::deliveries, storage::as_key(handed[1].id), "\xff");
  spoil(storage::database::audit, first_key(storage::database::audit));
  for (int i = 0; i < 3; ++i)
    advance(25h);
  EXPECT_EQ(count(storage::database::events), 2u);
  EXPECT_EQ(count(storage::database::deliveries), 2u);
  for (int i = 0; i < 3; ++i)
    advance(366 * 24h);
  EXPECT_EQ(count(storage::database::audit), 1u);
  // Each is told once, however often it is met.
  EXPECT_THAT(reports, testing::UnorderedElementsAre(
                         testing::StartsWith("events that cannot be read stay"),
                         testing::StartsWith("entries of the audit log that cannot be read stay")));
  auto tx = *env->write();
  ASSERT_TRUE(tx.erase(storage::database::events, storage::as_key(handed[0].event->id)));
  ASSERT_TRUE(tx.erase(storage::database::events, storage::as_key(handed[1].event->id)));
  ASSERT_TRUE(tx.commit());
  advance(1min);
  EXPECT_EQ(reports.size(), 2u);
  EXPECT_THAT(recoveries, testing::ElementsAre("all old events can be removed again"));
}

TEST_F(delivery_ledger_test, tells_the_owner_of_a_dead_channel_while_nothing_can_be_read) {
  open(1);
  accept(1);
  record_attempt made{{handed.at(0).id, 1, *wall, 5ms, {}}, channel};
  made.next = delivery_state::scheduled;
  made.due_at = *wall;
  made.fault = channel_fault{1, "410: gone"};
  std::vector<storage::read_transaction> all_readers;
  while (auto reader = env->read())
    all_readers.push_back(std::move(*reader));
  caf::anon_send(ledger, record_attempts{channel, {made}});
  run();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].channel, channel);
  EXPECT_EQ(changes[0].recipient, (recipient_id{recipient_kind::admin, "ops"}));
}

TEST_F(delivery_ledger_test, disables_a_dead_channel_tells_of_it_and_sends_when_it_is_enabled) {
  open(2);
  accept(3);
  ASSERT_EQ(handed.size(), 2u);
  record_attempt made{{handed[0].id, 1, *wall, 5ms, {}}, channel};
  made.next = delivery_state::scheduled;
  made.due_at = *wall;
  made.fault = channel_fault{1, "410: gone"};
  caf::anon_send(ledger, record_attempts{channel, {made}});
  run();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].channel, channel);
  EXPECT_EQ(changes[0].recipient.name, "ops");
  EXPECT_EQ(handed.size(), 2u) << "a disabled channel got more";
  self->send_exit(workers.back(), caf::exit_reason::user_shutdown);
  run();
  needed.clear();
  tocsin::channel x;
  x.id = channel;
  x.owner = {recipient_kind::admin, "ops"};
  x.name = "one";
  x.revision = 2;
  ASSERT_TRUE(
    ask<command_result>(ledger, apply_command{put_channel{x, "sealed", 2},
                                              configuration_changed{x.owner, x.id, false}}));
  EXPECT_THAT(needed, testing::ElementsAre(channel));
  handed.clear();
  open(10);
  EXPECT_EQ(handed.size(), 3u);
}

TEST_F(delivery_ledger_test, sends_again_what_has_ended_and_nothing_twice) {
  open(10);
  accept(1);
  auto first = handed.at(0);
  ASSERT_TRUE(change(resend_delivery{first.id, *wall}));
  EXPECT_EQ(handed.size(), 1u) << "it is in flight";
  record(first, delivery_state::dead_letter);
  EXPECT_EQ(handed.size(), 1u);
  advance(1h);
  ASSERT_TRUE(change(resend_delivery{first.id, *wall}));
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_EQ(handed[1].id, first.id);
  EXPECT_EQ(handed[1].owed_since, *wall);
  record(handed[1], delivery_state::scheduled, *wall + 60s);
  ASSERT_TRUE(change(resend_delivery{first.id, *wall}));
  EXPECT_EQ(handed.size(), 3u);
  // Its scheduled time comes while it is still under way.
  advance(61s);
  EXPECT_EQ(handed.size(), 3u);
  EXPECT_TRUE(changes.empty());
}

TEST_F(delivery_ledger_test, cancels_what_waits_and_not_what_is_in_flight) {
  open(1);
  accept(2);
  ASSERT_EQ(handed.size(), 1u);
  auto busy = change(cancel_delivery{handed[0].id, *wall});
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().code, errc::in_flight);
  record(handed[0], delivery_state::scheduled, *wall + 5s);
  ASSERT_TRUE(change(cancel_delivery{handed[0].id, *wall}));
  advance(10s);
  EXPECT_EQ(handed.size(), 2u);
  EXPECT_EQ(state_of(handed[0].id), delivery_state::cancelled);
}

TEST_F(delivery_ledger_test, takes_nothing_new_without_room_but_what_makes_room_and_outcomes) {
  open(10);
  accept(1);
  *has_room = false;
  EXPECT_EQ(accept().error().code, errc::storage_full);
  tocsin::channel x;
  x.id = channel_id{ids.next(1)};
  x.owner = {recipient_kind::admin, "ops"};
  x.name = "two";
  auto notice = configuration_changed{x.owner, x.id, false};
  EXPECT_EQ(
    ask<command_result>(ledger, apply_command{put_channel{x, "sealed", 0}, notice}).error().code,
    errc::storage_full);
  EXPECT_EQ(change(put_token{}).error().code, errc::storage_full);
  record(handed[0], delivery_state::delivered);
  EXPECT_EQ(state_of(handed[0].id), delivery_state::delivered);
  EXPECT_TRUE(ask<command_result>(ledger, apply_command{remove_channel{channel, {}}, notice}));
  // There is plenty, as the next look shows.
  advance(1s);
  EXPECT_TRUE(*has_room);
  EXPECT_TRUE(reports.empty());
  EXPECT_EQ(recoveries.size(), 1u);
  EXPECT_TRUE(accept());
}

TEST_F(delivery_ledger_test, answers_without_room_what_it_has_accepted_before) {
  accept(1, "known");
  *has_room = false;
  auto again = accept(1, "known");
  ASSERT_TRUE(again) << again.error().detail;
  ASSERT_EQ(again->receipts.size(), 1u);
  EXPECT_EQ(again->receipts[0].id, "known");
  EXPECT_EQ(again->receipts[0].deliveries, 1u);
  EXPECT_TRUE(again->receipts[0].duplicate);
  // Events are taken together or not at all.
  auto mixed = submission_of(2, "known");
  mixed->events[1].value.id = "new";
  EXPECT_EQ(ask<events_accepted>(ledger, accept_submission{mixed}).error().code,
            errc::storage_full);
  auto other = submission_of(1, "known");
  other->events[0].value.message = "something else";
  EXPECT_EQ(ask<events_accepted>(ledger, accept_submission{other}).error().code,
            errc::idempotency_conflict);
}

TEST_F(delivery_ledger_test, takes_no_events_once_it_is_closed) {
  ASSERT_TRUE(ask<ledger_closed>(ledger, close_ledger{}));
  auto answer = accept();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::shutting_down);
}

TEST_F(delivery_ledger_test, publishes_what_the_journal_took_after_a_while) {
  ASSERT_TRUE(accept());
  EXPECT_TRUE(env->has_unpublished());
  advance(19ms);
  EXPECT_TRUE(env->has_unpublished());
  advance(1ms);
  EXPECT_FALSE(env->has_unpublished());
}

TEST_F(delivery_ledger_test, publishes_what_the_journal_took_when_it_closes) {
  ASSERT_TRUE(accept());
  EXPECT_TRUE(ask<ledger_closed>(ledger, close_ledger{}));
  EXPECT_FALSE(env->has_unpublished());
}

TEST_F(delivery_ledger_test, publishes_what_the_journal_took_with_any_other_change) {
  ASSERT_TRUE(accept());
  ASSERT_TRUE(change(put_pause{{*wall, *wall + 1h, "quiet", {}}}));
  EXPECT_FALSE(env->has_unpublished());
}

TEST_F(delivery_ledger_test, answers_for_what_it_has_not_stored_when_it_ends) {
  auto accepted = self->request(ledger, caf::infinite, accept_submission{submission_of(1)});
  auto stored = self->request(ledger, caf::infinite, store_channels{{put_channel{}}, {}});
  stop_ledger();
  auto refused = [](caf::error& why) { EXPECT_EQ(to_failure(why).code, errc::shutting_down); };
  ASSERT_EQ(self->mailbox().size(), 2u);
  accepted.receive([](const events_accepted&) { FAIL(); }, refused);
  stored.receive([](const channels_stored&) { FAIL(); }, refused);
}

TEST_F(delivery_ledger_test, removes_nothing_by_a_clock_that_jumps_ahead_for_a_while) {
  open(1);
  ASSERT_TRUE(accept());
  record(handed.at(0), delivery_state::delivered);
  auto events = [this] { return *env->read()->count(storage::database::events); };
  *wall += std::chrono::days{31};
  for (int minute = 0; minute < 3; ++minute)
    advance(60s);
  EXPECT_EQ(events(), 1u);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_NE(reports[0].find("set forward by 744 h"), std::string::npos) << reports[0];
  *wall -= std::chrono::days{31};
  advance(60s);
  EXPECT_EQ(recoveries.size(), 1u);
  // A clock that stays as it was set is believed after a day.
  *wall += std::chrono::days{31};
  for (int hour = 0; hour < 23; ++hour)
    advance(1h);
  EXPECT_EQ(events(), 1u);
  for (int hour = 0; hour < 3; ++hour)
    advance(1h);
  EXPECT_EQ(events(), 0u);
}

TEST_F(delivery_ledger_test, tells_once_of_a_journal_that_cannot_be_written) {
  stop_ledger();
  env.reset();
  auto journal = directory.path() / "journal";
  std::filesystem::remove(journal);
  // A disk without room for it.
  std::filesystem::create_symlink("/dev/full", journal);
  storage::environment::options options;
  options.directory = directory.path();
  env = *storage::open_environment(options);
  start_ledger();
  EXPECT_TRUE(accept());
  EXPECT_TRUE(accept());
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_NE(reports[0].find("the journal cannot be written"), std::string::npos) << reports[0];
}

/// As after a kill: what was told is there, and is handed out.
TEST_F(delivery_ledger_test, goes_on_from_the_journal_where_nothing_was_published) {
  ASSERT_TRUE(accept(3));
  stop_ledger();
  ASSERT_TRUE(env->has_unpublished());
  env.reset();
  storage::environment::options options;
  options.directory = directory.path();
  env = *storage::open_environment(options);
  start_ledger();
  open(10);
  EXPECT_EQ(handed.size(), 3u);
}

} // namespace

} // namespace tocsin
