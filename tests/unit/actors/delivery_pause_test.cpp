#include "actors/history/delivery_control.hpp"
#include "storage/records/pause_record.hpp"
#include "storage/repositories/audit_repository.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"

#include <gmock/gmock.h>

#include <set>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

class delivery_pause_test : public ledger_fixture {
protected:
  delivery_pause_test() { start_control(); }

  ~delivery_pause_test() override { end_control(); }

  void start_control() {
    auto access = std::make_shared<const channel_access>(env, nullptr, outbound_options{});
    control = system.spawn(delivery_control, history_options{access, ledger, now(), board});
  }

  void end_control() {
    self->send_exit(control, caf::exit_reason::user_shutdown);
    run();
  }

  expected<pause_state> pause(std::chrono::milliseconds length) {
    author by{author_kind::admin, "ops", "", "request"};
    return ask<pause_state>(control, pause_deliveries{*wall + length, "the server moves", by});
  }

  expected<pause_state> resume() { return ask<pause_state>(control, resume_deliveries{}); }

  std::optional<delivery_pause> current() { return ask<pause_state>(control, find_pause{})->value; }

  std::set<delivery_id> distinct() {
    std::set<delivery_id> result;
    for (auto& x : handed)
      result.insert(x.id);
    return result;
  }

  delivery_control_actor control;
};

TEST_F(delivery_pause_test, takes_events_and_hands_nothing_over_until_its_end) {
  open(10);
  auto begun = pause(2h);
  ASSERT_TRUE(begun) << begun.error().detail;
  ASSERT_TRUE(begun->value);
  EXPECT_EQ(begun->value->until, *wall + 2h);
  EXPECT_EQ(begun->value->by.id, "ops");
  auto answer = accept(3);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->receipts[0].deliveries, 1u);
  EXPECT_TRUE(handed.empty());
  EXPECT_TRUE(current());
  advance(2h - 1ms);
  EXPECT_TRUE(handed.empty());
  advance(2ms);
  EXPECT_EQ(handed.size(), 3u);
  EXPECT_FALSE(current());
}

TEST_F(delivery_pause_test, hands_over_within_the_window_of_each_channel_afterwards) {
  open(2);
  ASSERT_TRUE(pause(1h));
  accept(50);
  ASSERT_TRUE(resume());
  EXPECT_EQ(handed.size(), 2u);
  record(handed[0], delivery_state::delivered);
  EXPECT_EQ(handed.size(), 3u);
}

TEST_F(delivery_pause_test, starts_no_channel_actor_for_what_comes_meanwhile) {
  ASSERT_TRUE(pause(1h));
  accept(2);
  EXPECT_TRUE(needed.empty());
  ASSERT_TRUE(resume());
  EXPECT_THAT(needed, testing::ElementsAre(channel));
}

TEST_F(delivery_pause_test, tells_the_channel_actors_to_wait_and_to_look_again) {
  ASSERT_TRUE(pause(1h));
  EXPECT_EQ(pauses->wait_of_all(*wall), 1h);
  ASSERT_TRUE(pause(2h));
  EXPECT_EQ(pauses->wait_of_all(*wall), 2h);
  ASSERT_TRUE(resume());
  EXPECT_EQ(pauses->wait_of_all(*wall), 0h);
}

TEST_F(delivery_pause_test, that_cannot_be_read_goes_with_its_end) {
  auto tx = *env->write();
  ASSERT_TRUE(tx.put(storage::database::meta, storage::pause_key, "\1broken"));
  ASSERT_TRUE(tx.commit());
  EXPECT_TRUE(resume());
  auto after = *env->read();
  EXPECT_EQ(*after.find(storage::database::meta, storage::pause_key), std::nullopt);
}

TEST_F(delivery_pause_test, holds_retries_that_fall_due_back_too) {
  open(10);
  accept();
  record(handed[0], delivery_state::scheduled, *wall + 5s);
  ASSERT_TRUE(pause(1h));
  advance(30min);
  EXPECT_EQ(handed.size(), 1u);
  advance(31min);
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_EQ(handed[1].id, handed[0].id);
}

TEST_F(delivery_pause_test, lets_what_a_channel_actor_has_end_as_it_does) {
  open(1);
  accept(2);
  ASSERT_EQ(handed.size(), 1u);
  ASSERT_TRUE(pause(1h));
  record(handed[0], delivery_state::delivered);
  EXPECT_EQ(state_of(handed[0].id), delivery_state::delivered);
  EXPECT_EQ(handed.size(), 1u);
}

TEST_F(delivery_pause_test, lets_what_waits_be_cancelled) {
  open(10);
  ASSERT_TRUE(pause(1h));
  auto id = event_id::parse(accept()->receipts[0].id);
  auto done = ask<delivery_changed>(control, request_cancel{delivery_id{id->plus(1)}, ""});
  ASSERT_TRUE(done) << done.error().detail;
  ASSERT_TRUE(resume());
  EXPECT_TRUE(handed.empty());
}

TEST_F(delivery_pause_test, hands_nothing_over_that_was_stored_together_with_it) {
  open(10);
  self->send(ledger, accept_submission{submission_of(3)});
  self->send(ledger, apply_command{put_pause{{*wall, *wall + 1h, "", {}}}, {}});
  run();
  EXPECT_TRUE(handed.empty());
  ASSERT_TRUE(resume());
  EXPECT_EQ(handed.size(), 3u);
  EXPECT_EQ(distinct().size(), 3u);
}

TEST_F(delivery_pause_test, lasts_over_a_restart_and_ends_by_itself_then) {
  ASSERT_TRUE(pause(1h));
  accept(2);
  stop_ledger();
  workers.clear();
  needed.clear();
  pauses = std::make_shared<pause_board>();
  start_ledger();
  EXPECT_TRUE(needed.empty());
  EXPECT_EQ(pauses->wait_of_all(*wall), 1h);
  open(10);
  EXPECT_TRUE(handed.empty());
  advance(1h);
  EXPECT_EQ(handed.size(), 2u);
}

TEST_F(delivery_pause_test, that_ended_while_the_service_was_down_holds_nothing) {
  ASSERT_TRUE(pause(1h));
  accept(2);
  stop_ledger();
  workers.clear();
  *wall += 2h;
  start_ledger();
  open(10);
  EXPECT_EQ(handed.size(), 2u);
}

TEST_F(delivery_pause_test, that_cannot_be_read_holds_nothing_and_can_be_replaced) {
  ASSERT_TRUE(pause(1h));
  accept(2);
  stop_ledger();
  end_control();
  workers.clear();
  spoil(storage::database::meta, storage::pause_key);
  start_ledger();
  start_control();
  open(10);
  EXPECT_EQ(handed.size(), 2u);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_THAT(reports[0], testing::HasSubstr("the pause of all deliveries cannot be read"));
  EXPECT_FALSE(current());
  auto begun = pause(1h);
  ASSERT_TRUE(begun) << begun.error().detail;
  EXPECT_TRUE(current());
}

TEST_F(delivery_pause_test, ends_once_the_clock_was_set_forward) {
  open(10);
  ASSERT_TRUE(pause(1h));
  accept();
  *wall += 2h;
  advance(31s);
  EXPECT_EQ(handed.size(), 1u);
}

TEST_F(delivery_pause_test, needs_an_end_in_the_future_and_within_a_week) {
  for (auto length : {-1ms, 0ms, std::chrono::milliseconds{longest_pause} + 1ms}) {
    auto refused = pause(length);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::invalid_argument);
    ASSERT_EQ(refused.error().fields.size(), 1u);
    EXPECT_EQ(refused.error().fields[0].pointer, "/until");
  }
  EXPECT_FALSE(current());
}

TEST_F(delivery_pause_test, stands_in_the_audit_log_when_it_begins_and_ends) {
  ASSERT_TRUE(resume());
  ASSERT_TRUE(pause(1h));
  ASSERT_TRUE(resume());
  auto tx = *env->read();
  auto log = storage::audit_repository{tx}.list({}, {10, ""})->entries;
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[1].action, "pause.set");
  EXPECT_EQ(log[1].by.id, "ops");
  EXPECT_EQ(log[0].action, "pause.end");
}

} // namespace

} // namespace tocsin
