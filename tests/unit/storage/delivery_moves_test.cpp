#include "storage/commands/group_commit.hpp"
#include "storage/records/attempt_record.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin::storage {

namespace {

/// What `commit_together` tells of the deliveries that it changed.
class delivery_moves_test : public storage_test {
protected:
  delivery_moves_test() : owner_(put_admin("ops")), channel_(put_channel_of(owner_, 1)) {}

  /// Commits each of `commands` as an entry of its own.
  void commit(std::vector<command> commands, commit_way way = commit_way::lmdb) {
    std::vector<commit_entry> entries;
    for (auto& x : commands)
      entries.push_back({{std::move(x)}, {}, {}});
    must(commit_together(*env_, entries, &moves_, way));
  }

  /// As `make_event` numbers them.
  static event_id event_of(uint32_t n) { return event_id{make_ulid(n * 100)}; }

  static delivery_id id_of(uint32_t event, uint32_t place = 1) {
    return delivery_id{event_of(event).plus(place)};
  }

  std::vector<delivery_state> states() const {
    std::vector<delivery_state> result;
    for (auto& x : moves_)
      result.push_back(x.head.state);
    return result;
  }

  recipient_id owner_;
  channel_id channel_;
  std::vector<delivery_move> moves_;
};

TEST_F(delivery_moves_test, are_told_in_the_order_in_which_they_were_made) {
  commit({make_event(1, {channel_, channel_}), make_event(2, {channel_})});
  ASSERT_EQ(moves_.size(), 3u);
  EXPECT_EQ(moves_[0].id, id_of(1, 1));
  EXPECT_EQ(moves_[1].id, id_of(1, 2));
  EXPECT_EQ(moves_[2].id, id_of(2));
  auto event = event_of(2);
  commit({make_attempt(event, 1, 1, channel_, delivery_state::delivered),
          cancel_delivery{id_of(1, 2), at_ms(9), "no"}});
  ASSERT_EQ(moves_.size(), 2u);
  EXPECT_EQ(moves_[0].id, id_of(2));
  EXPECT_EQ(moves_[1].id, id_of(1, 2));
  EXPECT_THAT(states(), testing::ElementsAre(delivery_state::delivered, delivery_state::cancelled));
}

TEST_F(delivery_moves_test, are_told_of_all_commands_that_move_several) {
  commit({make_event(1, {channel_, channel_})});
  commit({claim_deliveries{channel_, {id_of(1, 1), id_of(1, 2)}, at_ms(5)}});
  EXPECT_THAT(states(),
              testing::ElementsAre(delivery_state::attempting, delivery_state::attempting));
  commit({release_deliveries{channel_, {id_of(1, 1), id_of(1, 2)}, at_ms(6)}});
  EXPECT_THAT(states(), testing::ElementsAre(delivery_state::pending, delivery_state::pending));
  commit({remove_channel{channel_, std::nullopt}});
  EXPECT_TRUE(moves_.empty());
  commit({cancel_due{channel_, at_ms(7), 10}});
  EXPECT_THAT(states(), testing::ElementsAre(delivery_state::cancelled, delivery_state::cancelled));
}

TEST_F(delivery_moves_test, of_what_is_refused_are_not_told) {
  commit({make_event(1, {channel_})});
  std::vector<commit_entry> entries(3);
  // The second command of the first entry is refused, and with it the first one.
  entries[0].commands = {make_event(2, {channel_}), make_event(1, {channel_, channel_})};
  std::get<accept_event>(entries[0].commands[1]).value.message = "another";
  entries[1].commands = {discard_delivery{id_of(1), at_ms(9), "no dead letter"}};
  entries[2].commands = {make_event(3, {channel_})};
  must(commit_together(*env_, entries, &moves_));
  EXPECT_TRUE(entries[0].refusal);
  EXPECT_TRUE(entries[1].refusal);
  ASSERT_EQ(moves_.size(), 1u);
  EXPECT_EQ(moves_[0].id, id_of(3));
}

TEST_F(delivery_moves_test, of_an_event_that_was_accepted_before_are_not_told) {
  auto x = make_event(1, {channel_});
  x.idempotency_key = "key";
  auto again = x;
  again.id = event_of(2);
  commit({x});
  commit({again});
  EXPECT_TRUE(moves_.empty());
}

TEST_F(delivery_moves_test, are_told_once_where_the_journal_is_repeated) {
  commit({make_event(1, {channel_})}, commit_way::journal);
  ASSERT_EQ(moves_.size(), 1u);
  {
    auto tx = must(env_->write());
    must(tx.put(database::events, "nobody's", "left"));
  }
  ASSERT_TRUE(env_->has_unpublished());
  commit({make_event(2, {channel_})}, commit_way::journal);
  ASSERT_EQ(moves_.size(), 1u);
  EXPECT_EQ(moves_[0].id, id_of(2));
}

TEST_F(delivery_moves_test, show_a_delivery_as_it_was_then) {
  commit({make_event(1, {channel_})});
  auto accepted = moves_;
  auto event = event_of(1);
  auto failed = make_attempt(event, 1, 1, channel_, delivery_state::scheduled);
  failed.value.result.code = "503";
  failed.due_at = at_ms(5000);
  commit({failed});
  auto retried = moves_;
  auto ended = make_attempt(event, 1, 2, channel_, delivery_state::delivered);
  ended.value.result.code = "200";
  ended.value.started_at = at_ms(6000);
  commit({ended});
  auto tx = read();
  delivery_repository deliveries{tx};
  auto first = must(deliveries.find_as_of(accepted[0]));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->state, delivery_state::pending);
  EXPECT_EQ(first->attempts, 0u);
  EXPECT_EQ(first->last_code, "");
  EXPECT_EQ(first->recipient, owner_);
  auto second = must(deliveries.find_as_of(retried[0]));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->state, delivery_state::scheduled);
  EXPECT_EQ(second->attempts, 1u);
  EXPECT_EQ(second->due_at, at_ms(5000));
  EXPECT_EQ(second->last_code, "503");
  auto third = must(deliveries.find_as_of(moves_[0]));
  ASSERT_TRUE(third);
  EXPECT_EQ(third->state, delivery_state::delivered);
  EXPECT_EQ(third->last_code, "200");
  EXPECT_FALSE(must(deliveries.find_as_of({id_of(9), {}})));
}

TEST_F(delivery_moves_test, show_no_words_of_an_attempt_that_is_gone_and_none_that_is_unreadable) {
  commit({make_event(1, {channel_})});
  commit({make_attempt(event_of(1), 1, 1, channel_, delivery_state::scheduled)});
  attempt_key key{id_of(1), 1};
  {
    auto tx = must(env_->write());
    must(tx.put(database::attempts, key, "\x01"));
    must(tx.commit());
  }
  {
    auto tx = read();
    EXPECT_EQ(code_of(delivery_repository{tx}.find_as_of(moves_[0])), errc::storage_corrupt);
  }
  {
    auto tx = must(env_->write());
    must(tx.erase(database::attempts, key));
    must(tx.commit());
  }
  auto tx = read();
  auto shown = must(delivery_repository{tx}.find_as_of(moves_[0]));
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->attempts, 1u);
  EXPECT_EQ(shown->last_code, "");
}

} // namespace

} // namespace tocsin::storage
