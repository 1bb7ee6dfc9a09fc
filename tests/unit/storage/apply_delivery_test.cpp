#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/dead_letter_repository.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/due_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin::storage {

namespace {

class delivery_commands_test : public storage_test {
protected:
  delivery_commands_test() {
    channel_ = put_channel_of(put_admin("ops"), 1);
    auto x = make_event(1, {channel_, channel_});
    apply_ok(x);
    event_ = x.id;
    first_ = delivery_id{event_.plus(1)};
    second_ = delivery_id{event_.plus(2)};
  }

  ~delivery_commands_test() override { expect_sound(); }

  delivery stored(const delivery_id& id) {
    return must(delivery_repository{read()}.find(id)).value();
  }

  void end_as(delivery_state next) { apply_ok(make_attempt(event_, 1, 1, channel_, next)); }

  size_t due(due_class klass) {
    return must(due_repository{read()}.next(channel_, klass, at_ms(1 << 30), 100)).size();
  }

  channel_id channel_;
  event_id event_;
  delivery_id first_;
  delivery_id second_;
};

TEST_F(delivery_commands_test, a_claim_takes_all_deliveries_or_none) {
  claim_deliveries both{channel_, {first_, second_}, at_ms(2000)};
  EXPECT_EQ(apply_ok(both).affected, 2u);
  EXPECT_EQ(stored(first_).state, delivery_state::attempting);
  EXPECT_EQ(stored(first_).due_at, at_ms(2000));
  EXPECT_EQ(due(due_class::first_attempt), 0u);
  EXPECT_EQ(due(due_class::attempting), 2u);
  apply_ok(make_attempt(event_, 1, 1, channel_, delivery_state::scheduled));
  EXPECT_EQ(code_of(apply_one(both)), errc::in_flight);
  EXPECT_EQ(stored(first_).state, delivery_state::scheduled);
}

TEST_F(delivery_commands_test, what_was_claimed_and_not_sent_waits_as_before) {
  end_as(delivery_state::scheduled);
  apply_ok(claim_deliveries{channel_, {first_, second_}, at_ms(2000)});
  EXPECT_EQ(apply_ok(release_deliveries{channel_, {first_, second_}, at_ms(3000)}).affected, 2u);
  EXPECT_EQ(stored(first_).state, delivery_state::scheduled);
  EXPECT_EQ(stored(second_).state, delivery_state::pending);
  EXPECT_EQ(stored(second_).due_at, at_ms(3000));
}

TEST_F(delivery_commands_test, only_a_claimed_delivery_can_be_interrupted) {
  auto x = make_attempt(event_, 1, 1, channel_, delivery_state::dead_letter);
  x.interrupted = true;
  EXPECT_EQ(apply_ok(x).affected, 0u);
  EXPECT_EQ(stored(first_).state, delivery_state::pending);
  apply_ok(claim_deliveries{channel_, {first_}, at_ms(2000)});
  EXPECT_EQ(apply_ok(x).affected, 1u);
  EXPECT_EQ(stored(first_).state, delivery_state::dead_letter);
}

TEST_F(delivery_commands_test, a_dead_endpoint_keeps_the_delivery_and_disables_the_channel) {
  auto x = make_attempt(event_, 1, 1, channel_, delivery_state::scheduled);
  x.fault = channel_fault{1, "410: gone"};
  EXPECT_EQ(apply_ok(x).disabled_owner, (recipient_id{recipient_kind::admin, "ops"}));
  auto channel = must(channel_repository{read()}.find(channel_)).value();
  EXPECT_FALSE(channel.value.enabled);
  EXPECT_EQ(channel.value.disabled_reason, "410: gone");
  EXPECT_EQ(channel.value.revision, 2u);
  EXPECT_EQ(channel.value.updated_at, x.value.started_at + x.value.duration);
  EXPECT_EQ(channel.sealed_settings, "sealed");
  EXPECT_EQ(stored(first_).state, delivery_state::scheduled);
  EXPECT_EQ(stored(first_).attempts, 1);
  auto late = make_attempt(event_, 2, 1, channel_, delivery_state::scheduled);
  late.fault = x.fault;
  EXPECT_FALSE(apply_ok(late).disabled_owner);
  EXPECT_EQ(must(channel_repository{read()}.find(channel_))->value.revision, 2u);
}

TEST_F(delivery_commands_test, a_channel_that_was_changed_since_is_not_disabled) {
  auto x = make_attempt(event_, 1, 1, channel_, delivery_state::scheduled);
  x.fault = channel_fault{7, "410: gone"};
  EXPECT_FALSE(apply_ok(x).disabled_owner);
  EXPECT_TRUE(must(channel_repository{read()}.find(channel_))->value.enabled);
}

TEST_F(delivery_commands_test, what_is_sent_again_starts_anew) {
  uint16_t number = 0;
  for (auto next : {delivery_state::dead_letter, delivery_state::delivered}) {
    apply_ok(make_attempt(event_, 1, ++number, channel_, next));
    EXPECT_EQ(apply_ok(resend_delivery{first_, at_ms(9500)}).affected, 1u);
    auto x = stored(first_);
    EXPECT_EQ(x.state, delivery_state::pending);
    EXPECT_EQ(x.attempts, 0);
    EXPECT_EQ(x.finished_at, timestamp{});
    EXPECT_EQ(owed_since(x), at_ms(9500));
    // It is under way already.
    EXPECT_EQ(apply_ok(resend_delivery{first_, at_ms(9600)}).affected, 0u);
    EXPECT_EQ(due(due_class::first_attempt), 2u);
  }
}

TEST_F(delivery_commands_test, what_was_delivered_since_is_left_alone_where_that_is_wanted) {
  resend_delivery again{first_, at_ms(9500)};
  again.unless_delivered = true;
  EXPECT_EQ(apply_ok(again).affected, 0u);
  end_as(delivery_state::dead_letter);
  EXPECT_EQ(apply_ok(again).affected, 1u);
  apply_ok(make_attempt(event_, 1, 2, channel_, delivery_state::delivered));
  EXPECT_EQ(code_of(apply_one(again)), errc::conflict);
  EXPECT_EQ(stored(first_).state, delivery_state::delivered);
}

TEST_F(delivery_commands_test, what_is_scheduled_is_due_earlier_and_once) {
  end_as(delivery_state::scheduled);
  EXPECT_EQ(apply_ok(resend_delivery{first_, at_ms(9400)}).affected, 1u);
  EXPECT_EQ(stored(first_).due_at, at_ms(9400));
  EXPECT_EQ(stored(first_).attempts, 1);
  EXPECT_EQ(due(due_class::retry), 1u);
}

TEST_F(delivery_commands_test, a_replay_sends_dead_letters_and_nothing_else) {
  replay_delivery replay{first_, at_ms(9600)};
  EXPECT_EQ(code_of(apply_one(replay)), errc::conflict);
  apply_ok(claim_deliveries{channel_, {first_}, at_ms(2000)});
  EXPECT_EQ(code_of(apply_one(replay)), errc::in_flight);
  end_as(delivery_state::dead_letter);
  EXPECT_EQ(apply_ok(replay).affected, 1u);
  auto x = stored(first_);
  EXPECT_EQ(x.state, delivery_state::scheduled);
  EXPECT_EQ(x.due_at, at_ms(9600));
  EXPECT_EQ(owed_since(x), at_ms(9600));
  // The same list replayed twice sends nothing twice.
  EXPECT_EQ(code_of(apply_one(replay)), errc::conflict);
  apply_ok(make_attempt(event_, 1, 2, channel_, delivery_state::delivered));
  EXPECT_EQ(code_of(apply_one(replay)), errc::conflict);
  EXPECT_EQ(stored(first_).state, delivery_state::delivered);
}

TEST_F(delivery_commands_test, the_index_holds_a_dead_letter_as_long_as_it_is_one) {
  auto dead = [&] {
    auto tx = read();
    auto listed = dead_letter_repository{tx}.list({channel_}, dead_letter_order::newest_first, {});
    return must(std::move(listed)).entries.size();
  };
  EXPECT_EQ(dead(), 0u);
  end_as(delivery_state::dead_letter);
  EXPECT_EQ(dead(), 1u);
  apply_ok(resend_delivery{first_, at_ms(9500)});
  EXPECT_EQ(dead(), 0u);
  apply_ok(make_attempt(event_, 1, 2, channel_, delivery_state::dead_letter));
  EXPECT_EQ(dead(), 1u);
  apply_ok(discard_delivery{first_, at_ms(9900), "not needed"});
  EXPECT_EQ(dead(), 0u);
}

TEST_F(delivery_commands_test, nothing_is_sent_again_through_a_channel_that_is_gone) {
  end_as(delivery_state::dead_letter);
  apply_ok(remove_channel{channel_, {}});
  EXPECT_EQ(code_of(apply_one(resend_delivery{first_, at_ms(1)})), errc::conflict);
  apply_ok(cancel_due{channel_, at_ms(1)});
  EXPECT_EQ(code_of(apply_one(resend_delivery{first_, at_ms(1)})), errc::conflict);
  EXPECT_EQ(code_of(apply_one(resend_delivery{delivery_id{}, at_ms(1)})), errc::not_found);
}

TEST_F(delivery_commands_test, what_waits_is_cancelled_and_what_is_claimed_is_not) {
  apply_ok(claim_deliveries{channel_, {second_}, at_ms(2000)});
  EXPECT_EQ(code_of(apply_one(cancel_delivery{second_, at_ms(3000)})), errc::in_flight);
  apply_ok(cancel_delivery{first_, at_ms(3000)});
  EXPECT_EQ(stored(first_).state, delivery_state::cancelled);
  EXPECT_EQ(stored(first_).finished_at, at_ms(3000));
  EXPECT_EQ(code_of(apply_one(cancel_delivery{first_, at_ms(3000)})), errc::conflict);
}

TEST_F(delivery_commands_test, a_cancellation_may_say_why) {
  cancel_delivery x{first_, at_ms(3000), std::string(501, 'x')};
  EXPECT_EQ(code_of(apply_one(x)), errc::invalid_argument);
  x.reason = "the site has moved";
  apply_ok(x);
  EXPECT_EQ(stored(first_).note, "the site has moved");
  apply_ok(cancel_delivery{second_, at_ms(3000)});
  EXPECT_EQ(stored(second_).note, "");
}

TEST_F(delivery_commands_test, a_dead_letter_is_discarded_with_a_reason) {
  discard_delivery x{first_, at_ms(3000), "the customer has left"};
  EXPECT_EQ(code_of(apply_one(x)), errc::conflict);
  end_as(delivery_state::dead_letter);
  auto silent = x;
  silent.reason.clear();
  EXPECT_EQ(code_of(apply_one(silent)), errc::invalid_argument);
  apply_ok(x);
  EXPECT_EQ(stored(first_).state, delivery_state::cancelled);
  EXPECT_EQ(stored(first_).note, "the customer has left");
  apply_ok(resend_delivery{first_, at_ms(4000)});
  EXPECT_EQ(stored(first_).note, "");
}

} // namespace

} // namespace tocsin::storage
