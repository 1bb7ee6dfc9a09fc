#include "actors/history/delivery_feed.hpp"
#include "storage/upkeep/prune_events.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// A feed with room for few moves over the real ledger.
class delivery_feed_test : public ledger_fixture {
protected:
  delivery_feed_test() {
    feed = system.spawn(delivery_feed, feed_options{env, ledger, now(), steady_now(), board, 20});
  }

  ~delivery_feed_test() override {
    self->send_exit(feed, caf::exit_reason::user_shutdown);
    run();
  }

  /// One reader's question, whose answer may come later.
  class reader {
  public:
    reader(delivery_feed_test& test, follow_deliveries question)
      : asker_(test.system), publish_([&test] { test.publish(); }) {
      asker_->send(test.feed, std::move(question));
      test.run();
    }

    /// The answer that has come once all is published.
    std::optional<deliveries_moved> answer() {
      publish_();
      std::optional<deliveries_moved> result;
      asker_->receive([&](deliveries_moved& x) { result = std::move(x); },
                      caf::after(0ms) >> [] {});
      return result;
    }

  private:
    caf::scoped_actor asker_;
    std::function<void()> publish_;
  };

  static follow_deliveries behind(std::optional<feed_position> after) {
    return {1, after, {}, std::nullopt};
  }

  /// Lets the ledger publish what is durable by the journal alone.
  void publish() { advance(20ms); }

  deliveries_moved follow(std::optional<feed_position> after) {
    publish();
    auto answer = ask<deliveries_moved>(feed, behind(after));
    EXPECT_TRUE(answer) << answer.error().detail;
    return answer ? *answer : deliveries_moved{};
  }

  static std::vector<delivery_state> states(const deliveries_moved& x) {
    std::vector<delivery_state> result;
    for (auto& each : x.moves)
      result.push_back(each.value.value.state);
    return result;
  }

  /// Its provider asks for a pause.
  void throttle(const due_delivery& x, std::chrono::seconds pause) {
    attempt made{x.id, 1, *wall, 5ms, {}};
    made.result.kind = outcome_class::throttled;
    made.result.code = "429";
    caf::anon_send(
      ledger,
      record_attempts{channel, {{made, channel, delivery_state::scheduled, *wall + pause, false}}});
    run();
  }

  delivery_feed_actor feed;
};

TEST_F(delivery_feed_test, tells_every_move_as_it_was_then_and_in_order) {
  auto begin = follow(std::nullopt);
  EXPECT_FALSE(begin.has_gap);
  EXPECT_TRUE(begin.moves.empty());
  ASSERT_TRUE(accept());
  open(1);
  auto due_at = *wall + 1h;
  record(handed.at(0), delivery_state::scheduled, due_at);
  auto told = follow(begin.position);
  EXPECT_FALSE(told.has_gap);
  EXPECT_THAT(states(told), ElementsAre(delivery_state::pending, delivery_state::scheduled));
  EXPECT_THAT(told.moves[0].value.carried.message, "it broke");
  EXPECT_EQ(told.moves[0].number, 1u);
  EXPECT_EQ(told.moves[1].number, 2u);
  EXPECT_EQ(told.moves[1].value.value.due_at, due_at);
  EXPECT_EQ(told.position, (feed_position{begin.position.run, 2}));
  EXPECT_THAT(states(follow(feed_position{begin.position.run, 1})),
              ElementsAre(delivery_state::scheduled));
}

TEST_F(delivery_feed_test, tells_a_move_whose_attempt_has_made_room_for_a_later_one) {
  auto begin = follow(std::nullopt);
  ASSERT_TRUE(accept());
  open(1);
  auto first_due_at = *wall + 1h;
  throttle(handed.at(0), 1h);
  advance(1s);
  throttle(handed.at(0), 2h);
  auto told = follow(begin.position);
  ASSERT_THAT(states(told), ElementsAre(delivery_state::pending, delivery_state::scheduled,
                                        delivery_state::scheduled));
  EXPECT_EQ(told.moves[1].value.value.last_code, "");
  EXPECT_EQ(told.moves[1].value.value.due_at, first_due_at);
  EXPECT_EQ(told.moves[2].value.value.last_code, "429");
}

TEST_F(delivery_feed_test, lets_a_reader_wait_for_the_next_move) {
  auto begin = follow(std::nullopt);
  reader one{*this, behind(begin.position)};
  reader other{*this, {2, begin.position, {}, std::nullopt}};
  EXPECT_FALSE(one.answer());
  ASSERT_TRUE(accept());
  auto told = one.answer();
  ASSERT_TRUE(told);
  EXPECT_THAT(states(*told), ElementsAre(delivery_state::pending));
  EXPECT_TRUE(other.answer());
}

TEST_F(delivery_feed_test, answers_one_who_waits_in_vain) {
  auto begin = follow(std::nullopt);
  reader waits{*this, behind(begin.position)};
  advance(20s);
  EXPECT_FALSE(waits.answer());
  advance(20s);
  auto told = waits.answer();
  ASSERT_TRUE(told);
  EXPECT_FALSE(told->has_gap);
  EXPECT_TRUE(told->moves.empty());
  EXPECT_EQ(told->position, begin.position);
}

TEST_F(delivery_feed_test, drops_the_question_of_one_who_has_gone) {
  auto begin = follow(std::nullopt);
  reader gone{*this, behind(begin.position)};
  caf::anon_send(feed, stop_following{1});
  run();
  auto told = gone.answer();
  ASSERT_TRUE(told);
  EXPECT_TRUE(told->moves.empty());
  ASSERT_TRUE(accept());
  EXPECT_FALSE(gone.answer());
}

TEST_F(delivery_feed_test, drops_a_question_that_comes_after_its_reader_has_gone) {
  auto begin = follow(std::nullopt);
  caf::anon_send(feed, stop_following{7});
  run();
  reader late{*this, {7, begin.position, {}, std::nullopt}};
  auto told = late.answer();
  ASSERT_TRUE(told);
  EXPECT_TRUE(told->moves.empty());
  reader other{*this, {8, begin.position, {}, std::nullopt}};
  EXPECT_FALSE(other.answer());
}

TEST_F(delivery_feed_test, lets_through_what_the_filter_asks_for) {
  auto begin = follow(std::nullopt);
  ASSERT_TRUE(accept());
  open(1);
  record(handed.at(0), delivery_state::delivered);
  uint64_t last_reader = 0;
  auto filtered = [&](const delivery_filter& filter, std::optional<recipient_id> who = {}) {
    reader x{*this, {++last_reader, begin.position, filter, std::move(who)}};
    auto told = x.answer();
    caf::anon_send(feed, stop_following{last_reader});
    run();
    return told ? told->moves.size() : 0;
  };
  delivery_filter by_state, by_type, by_channel, by_service, by_customer;
  EXPECT_EQ(filtered({}), 2u);
  by_state.state = delivery_state::delivered;
  EXPECT_EQ(filtered(by_state), 1u);
  by_type.event_type = "deploy.failure";
  EXPECT_EQ(filtered(by_type), 2u);
  by_type.event_type = "deploy.success";
  EXPECT_EQ(filtered(by_type), 0u);
  by_channel.channel = channel;
  EXPECT_EQ(filtered(by_channel), 2u);
  by_channel.channel = channel_id{ids.next(1)};
  EXPECT_EQ(filtered(by_channel), 0u);
  by_service.service = "my-app";
  EXPECT_EQ(filtered(by_service), 2u);
  by_service.service = "other";
  EXPECT_EQ(filtered(by_service), 0u);
  by_customer.customers = {"acme"};
  EXPECT_EQ(filtered(by_customer), 0u);
  EXPECT_EQ(filtered({}, recipient_id{recipient_kind::admin, "ops"}), 2u);
  EXPECT_EQ(filtered({}, recipient_id{recipient_kind::customer, "acme"}), 0u);
}

TEST_F(delivery_feed_test, goes_on_behind_moves_that_did_not_pass) {
  auto begin = follow(std::nullopt);
  delivery_filter delivered;
  delivered.state = delivery_state::delivered;
  reader waits{*this, {1, begin.position, delivered, std::nullopt}};
  ASSERT_TRUE(accept(3));
  EXPECT_FALSE(waits.answer());
  open(1);
  record(handed.at(0), delivery_state::delivered);
  auto told = waits.answer();
  ASSERT_TRUE(told);
  ASSERT_EQ(told->moves.size(), 1u);
  EXPECT_EQ(told->moves[0].number, 4u);
}

TEST_F(delivery_feed_test, says_that_something_is_missing_rather_than_leave_it_out) {
  auto begin = follow(std::nullopt);
  ASSERT_TRUE(accept(21));
  auto told = follow(begin.position);
  EXPECT_TRUE(told.has_gap);
  EXPECT_TRUE(told.moves.empty());
  EXPECT_EQ(told.position, (feed_position{begin.position.run, 21}));
  EXPECT_EQ(follow(feed_position{begin.position.run, 1}).moves.size(), 20u);
  EXPECT_TRUE(follow(feed_position{begin.position.run, 22}).has_gap);
  EXPECT_TRUE(follow(feed_position{ids.next(1), 5}).has_gap);
}

TEST_F(delivery_feed_test, gives_a_reader_no_more_than_it_can_hold) {
  auto begin = follow(std::nullopt);
  auto baton = submission_of(10);
  for (auto& x : baton->events)
    x.value.message = std::string(100'000, 'x');
  ASSERT_TRUE(ask<events_accepted>(ledger, accept_submission{baton}));
  auto told = follow(begin.position);
  EXPECT_EQ(told.moves.size(), 3u);
  EXPECT_EQ(told.position.number, 3u);
  EXPECT_EQ(follow(told.position).moves.size(), 3u);
}

TEST_F(delivery_feed_test, has_nothing_noted_without_readers) {
  ASSERT_TRUE(accept());
  auto begin = follow(std::nullopt);
  EXPECT_EQ(begin.position.number, 0u);
  advance(4min);
  ASSERT_TRUE(accept());
  // Who comes back within some minutes has missed nothing, and later hears so.
  EXPECT_EQ(follow(begin.position).moves.size(), 1u);
  advance(6min);
  ASSERT_TRUE(accept());
  auto late = follow(begin.position);
  EXPECT_TRUE(late.has_gap);
  EXPECT_NE(late.position.run, begin.position.run);
  EXPECT_EQ(late.position.number, 0u);
  EXPECT_LT(begin.position, late.position);
}

TEST_F(delivery_feed_test, goes_on_behind_what_cannot_be_read) {
  auto begin = follow(std::nullopt);
  std::vector<event_id> events;
  for (int i = 0; i < 3; ++i) {
    auto accepted = accept();
    ASSERT_TRUE(accepted);
    events.emplace_back(*parse_ulid(accepted->receipts.at(0).id));
  }
  spoil(storage::database::events, events[0]);
  spoil(storage::database::deliveries, events[1].plus(1));
  auto told = follow(begin.position);
  ASSERT_EQ(told.moves.size(), 1u);
  EXPECT_EQ(told.moves[0].value.value.event, events[2]);
  EXPECT_EQ(told.position, (feed_position{begin.position.run, 3}));
}

TEST_F(delivery_feed_test, leaves_out_what_retention_has_removed) {
  auto begin = follow(std::nullopt);
  ASSERT_TRUE(accept());
  open(1);
  record(handed.at(0), delivery_state::delivered);
  {
    auto tx = *env->write();
    ASSERT_TRUE(storage::prune_events(tx, *wall + 1h, 0h, 100));
    ASSERT_TRUE(tx.commit());
  }
  ASSERT_TRUE(accept());
  EXPECT_THAT(states(follow(begin.position)), ElementsAre(delivery_state::pending));
}

/// What the ledger told its sender before anybody followed is not among the moves, but stored where
/// whoever begins to follow reads it.
TEST_F(delivery_feed_test, begins_behind_what_is_published) {
  ASSERT_TRUE(accept());
  ASSERT_TRUE(env->has_unpublished());
  auto begin = ask<deliveries_moved>(feed, behind(std::nullopt));
  ASSERT_TRUE(begin);
  EXPECT_FALSE(env->has_unpublished());
  ASSERT_TRUE(accept());
  EXPECT_EQ(follow(begin->position).moves.size(), 1u);
}

} // namespace

} // namespace tocsin
