#include "storage/records/attempt_record.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/due_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin::storage {

namespace {

class record_attempt_test : public storage_test {
protected:
  record_attempt_test() {
    channel_ = put_channel_of(put_admin("ops"), 1);
    auto x = make_event(1, {channel_, channel_});
    apply_ok(x);
    event_ = x.id;
    id_ = delivery_id{event_.plus(1)};
  }

  record_attempt attempt_of(uint16_t number, delivery_state next) {
    return make_attempt(event_, 1, number, channel_, next);
  }

  delivery stored() { return must(delivery_repository{read()}.find(id_)).value(); }

  std::vector<attempt> attempts() { return must(delivery_repository{read()}.attempts(id_)); }

  std::vector<due_entry> due(due_class klass, int64_t now) {
    return must(due_repository{read()}.next(channel_, klass, at_ms(now), 100));
  }

  uint64_t owed() { return must(due_repository{read()}.count_pending(channel_)); }

  channel_id channel_;
  event_id event_;
  delivery_id id_;
};

TEST_F(record_attempt_test, a_success_ends_the_delivery) {
  auto x = attempt_of(1, delivery_state::delivered);
  EXPECT_EQ(apply_ok(x).affected, 1u);
  auto y = stored();
  EXPECT_EQ(y.state, delivery_state::delivered);
  EXPECT_EQ(y.attempts, 1);
  EXPECT_EQ(y.finished_at, x.value.started_at + x.value.duration);
  EXPECT_EQ(y.last_code, "code 1");
  EXPECT_EQ(y.last_text, "text");
  ASSERT_EQ(attempts().size(), 1u);
  EXPECT_EQ(attempts()[0].started_at, x.value.started_at);
  EXPECT_EQ(owed(), 1u);
  EXPECT_EQ(due(due_class::first_attempt, 1 << 30).size(), 1u);
  expect_sound();
}

TEST_F(record_attempt_test, a_failure_moves_the_delivery_to_its_retry) {
  apply_ok(attempt_of(1, delivery_state::scheduled));
  auto y = stored();
  EXPECT_EQ(y.state, delivery_state::scheduled);
  EXPECT_EQ(y.due_at, at_ms(9001));
  EXPECT_EQ(owed(), 2u);
  EXPECT_EQ(due(due_class::first_attempt, 1 << 30).size(), 1u);
  EXPECT_TRUE(due(due_class::retry, 9000).empty());
  ASSERT_EQ(due(due_class::retry, 9001).size(), 1u);
  EXPECT_EQ(due(due_class::retry, 9001)[0].delivery, id_);
  apply_ok(attempt_of(2, delivery_state::dead_letter));
  EXPECT_EQ(stored().state, delivery_state::dead_letter);
  EXPECT_EQ(stored().attempts, 2);
  EXPECT_EQ(stored().last_code, "code 2");
  EXPECT_EQ(owed(), 1u);
  EXPECT_TRUE(due(due_class::retry, 1 << 30).empty());
  expect_sound();
}

TEST_F(record_attempt_test, a_pause_keeps_the_delivery_among_the_first_attempts) {
  auto x = attempt_of(1, delivery_state::pending);
  x.counts = false;
  apply_ok(x);
  EXPECT_EQ(stored().state, delivery_state::pending);
  EXPECT_EQ(stored().attempts, 0);
  EXPECT_EQ(attempts().size(), 1u);
  auto waiting = due(due_class::first_attempt, 9001);
  ASSERT_EQ(waiting.size(), 2u);
  EXPECT_EQ(waiting[1].delivery, id_);
  EXPECT_EQ(waiting[1].due_at, at_ms(9001));
  expect_sound();
}

TEST_F(record_attempt_test, the_same_attempt_recorded_twice_counts_once) {
  auto x = attempt_of(1, delivery_state::scheduled);
  apply_ok(x);
  auto again = apply_ok(x);
  EXPECT_EQ(again.affected, 0u);
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(stored().attempts, 1);
  EXPECT_EQ(attempts().size(), 1u);
  expect_sound();
}

TEST_F(record_attempt_test, another_attempt_of_a_taken_number_gets_the_next_one) {
  // Attempts that did not count leave their maker with a number that is taken.
  for (int i = 0; i < 3; ++i) {
    auto x = attempt_of(1, delivery_state::pending);
    x.counts = false;
    x.value.started_at = at_ms(6000 + i);
    EXPECT_EQ(apply_ok(x).affected, 1u);
    EXPECT_TRUE(apply_ok(x).duplicate);
  }
  auto all = attempts();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].number, 3);
  EXPECT_EQ(all[2].started_at, at_ms(6002));
  expect_sound();
}

TEST_F(record_attempt_test, throttled_attempts_in_a_row_leave_the_newest_of_their_records) {
  auto record = [this](int at, outcome_class kind) {
    auto x = attempt_of(static_cast<uint16_t>(stored().attempts + 1), delivery_state::scheduled);
    x.value.started_at = at_ms(at);
    x.value.result.kind = kind;
    x.counts = kind != outcome_class::throttled;
    EXPECT_EQ(apply_ok(x).affected, 1u);
    EXPECT_TRUE(apply_ok(x).duplicate);
  };
  record(5000, outcome_class::retry);
  for (int i = 0; i < 100; ++i)
    record(6000 + i, outcome_class::throttled);
  auto all = attempts();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].result.kind, outcome_class::retry);
  EXPECT_EQ(all[1].started_at, at_ms(6099));
  EXPECT_EQ(all[1].number, 101);
  EXPECT_EQ(stored().attempts, 1);
  // Another row has a record of its own.
  record(7000, outcome_class::retry);
  record(8000, outcome_class::throttled);
  EXPECT_EQ(attempts().size(), 4u);
  expect_sound();
}

TEST_F(record_attempt_test, of_very_many_attempts_the_newest_stay) {
  for (uint16_t number = 1; number <= 1000; ++number)
    apply_ok(attempt_of(number, delivery_state::scheduled));
  EXPECT_EQ(must(read().count(database::attempts)), most_kept_attempts);
  auto all = attempts();
  ASSERT_EQ(all.size(), most_kept_attempts);
  EXPECT_EQ(all.front().number, 1000 - most_kept_attempts + 1);
  EXPECT_EQ(all.back().number, 1000);
  EXPECT_EQ(stored().attempts, 1000);
  // Those at the next delivery are another's.
  apply_ok(make_attempt(event_, 2, 1, channel_, delivery_state::scheduled));
  EXPECT_EQ(attempts().size(), most_kept_attempts);
  expect_sound();
}

TEST_F(record_attempt_test, more_attempts_of_an_older_program_are_neither_read_nor_kept) {
  auto x = attempt_of(1, delivery_state::scheduled);
  apply_ok(attempt_of(500, delivery_state::scheduled));
  auto tx = must(env_->write());
  for (uint16_t number = 1; number < 500; ++number)
    must(
      tx.put(database::attempts, attempt_key{id_, number}, encode_attempt(tx.scratch(), x.value)));
  must(tx.commit());
  auto all = attempts();
  ASSERT_EQ(all.size(), most_kept_attempts);
  EXPECT_EQ(all.back().number, 500);
  for (uint16_t number = 501; number < 510; ++number)
    apply_ok(attempt_of(number, delivery_state::scheduled));
  EXPECT_EQ(must(read().count(database::attempts)), most_kept_attempts);
  expect_sound();
}

TEST_F(record_attempt_test, a_throttled_attempt_leaves_the_one_before_where_that_cannot_be_read) {
  auto x = attempt_of(1, delivery_state::scheduled);
  x.value.result.kind = outcome_class::throttled;
  x.counts = false;
  apply_ok(x);
  auto tx = must(env_->write());
  must(tx.put(database::attempts, attempt_key{id_, 1}, "\xff"));
  must(tx.commit());
  x.value.number = 2;
  x.value.started_at += std::chrono::seconds{1};
  EXPECT_EQ(apply_ok(x).affected, 1u);
  auto after = read();
  EXPECT_EQ(must(after.find(database::attempts, attempt_key(id_, 1))), "\xff");
  EXPECT_TRUE(must(after.find(database::attempts, attempt_key(id_, 2))));
}

TEST_F(record_attempt_test, attempts_at_an_ended_delivery_are_ignored) {
  apply_ok(attempt_of(1, delivery_state::delivered));
  auto result = apply_ok(attempt_of(2, delivery_state::scheduled));
  EXPECT_EQ(result.affected, 0u);
  EXPECT_FALSE(result.duplicate);
  EXPECT_EQ(stored().state, delivery_state::delivered);
  EXPECT_EQ(attempts().size(), 1u);
  expect_sound();
}

TEST_F(record_attempt_test, the_last_possible_number_is_used_again) {
  auto x = attempt_of(65535, delivery_state::scheduled);
  apply_ok(x);
  x.value.started_at += std::chrono::seconds{1};
  EXPECT_EQ(apply_ok(x).affected, 1u);
  ASSERT_EQ(attempts().size(), 1u);
  EXPECT_EQ(attempts()[0].started_at, x.value.started_at);
  EXPECT_EQ(stored().attempts, 2);
  expect_sound();
}

TEST_F(record_attempt_test, what_makes_no_sense_is_refused) {
  auto unknown = attempt_of(1, delivery_state::delivered);
  unknown.value.delivery = delivery_id{make_ulid(77777)};
  EXPECT_EQ(code_of(apply_one(unknown)), errc::not_found);
  auto other_channel = attempt_of(1, delivery_state::delivered);
  other_channel.channel = channel_id{make_ulid(9)};
  EXPECT_EQ(code_of(apply_one(other_channel)), errc::invalid_argument);
  EXPECT_EQ(code_of(apply_one(attempt_of(0, delivery_state::delivered))), errc::invalid_argument);
  for (auto next : {delivery_state::suppressed, delivery_state::cancelled})
    EXPECT_EQ(code_of(apply_one(attempt_of(1, next))), errc::invalid_argument);
  EXPECT_EQ(stored().state, delivery_state::pending);
  EXPECT_TRUE(attempts().empty());
}

} // namespace

} // namespace tocsin::storage
