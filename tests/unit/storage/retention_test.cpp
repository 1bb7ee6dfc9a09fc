#include "storage/engine/codec.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/event_repository.hpp"
#include "storage/upkeep/prune_events.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tocsin::storage {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::years;

class retention_test : public storage_test {
protected:
  retention_test() { channel_ = put_channel_of(put_admin("ops"), 1); }

  event_id accept(uint32_t n, bool ends = true) {
    auto x = make_event(n, {channel_, channel_});
    x.deliveries[1].reason = suppression::quiet_hours;
    x.idempotency_key = "key " + std::to_string(n);
    x.value.id = "id " + std::to_string(n);
    apply_ok(x);
    attempt(x.id, 1, delivery_state::scheduled, x.accepted_at);
    if (ends)
      attempt(x.id, 2, delivery_state::dead_letter, x.accepted_at);
    return x.id;
  }

  /// Records an attempt at the first delivery of an event, which takes no time.
  void attempt(const event_id& event, uint16_t number, delivery_state next, timestamp at) {
    auto x = make_attempt(event, 1, number, channel_, next);
    x.value.started_at = at;
    x.value.duration = 0ms;
    apply_ok(x);
  }

  event_prune_result prune_once(int64_t older_than, uint32_t limit, const event_id& from = {}) {
    auto tx = must(env_->write());
    auto result = must(prune_events(tx, at_ms(older_than), 0ms, limit, from));
    must(tx.commit());
    expect_sound();
    return result;
  }

  uint64_t count(database db) { return must(read().count(db)); }

  channel_id channel_;
};

TEST_F(retention_test, removes_all_of_what_ended_and_is_old) {
  accept(1);
  accept(2);
  auto kept = accept(3);
  auto result = prune_once(1003, 100);
  EXPECT_EQ(result.events, 2u);
  EXPECT_EQ(result.deliveries, 4u);
  EXPECT_EQ(result.attempts, 4u);
  EXPECT_EQ(result.resume, std::nullopt);
  EXPECT_EQ(count(database::events), 1u);
  EXPECT_EQ(count(database::deliveries), 2u);
  EXPECT_EQ(count(database::attempts), 2u);
  EXPECT_EQ(count(database::idempotency), 2u);
  EXPECT_EQ(count(database::dead_letters), 1u);
  EXPECT_TRUE(must(event_repository{read()}.find(kept)));
}

TEST_F(retention_test, keeps_an_event_of_which_a_delivery_has_not_ended) {
  auto kept = accept(1, false);
  accept(2);
  EXPECT_EQ(prune_once(9999, 100).events, 1u);
  auto tx = read();
  auto event = must(event_repository{tx}.find(kept)).value();
  EXPECT_EQ(must(delivery_repository{tx}.of_event(event)).size(), 2u);
}

/// A channel was disabled for longer than the retention, say, and is enabled again.
TEST_F(retention_test, keeps_an_event_of_which_a_delivery_ended_only_recently) {
  auto kept = accept(1, false);
  attempt(kept, 2, delivery_state::dead_letter, at_ms(5000));
  auto tx = must(env_->write());
  EXPECT_EQ(must(prune_events(tx, at_ms(5001), 1000ms, 100)).events, 0u);
  EXPECT_EQ(must(prune_events(tx, at_ms(6000), 1000ms, 100)).events, 0u);
  EXPECT_EQ(must(tx.count(database::dead_letters)), 1u);
  EXPECT_EQ(must(tx.count(database::idempotency)), 2u);
  EXPECT_EQ(must(prune_events(tx, at_ms(6001), 1000ms, 100)).events, 1u);
  must(tx.commit());
  expect_sound();
}

TEST_F(retention_test, names_the_first_event_that_is_too_young) {
  accept(1, false);
  EXPECT_EQ(prune_once(1002, 100).first_young, std::nullopt);
  auto young = accept(2);
  accept(3);
  auto result = prune_once(1002, 100);
  EXPECT_EQ(result.resume, std::nullopt);
  EXPECT_EQ(result.first_young, young);
}

TEST_F(retention_test, goes_on_where_the_step_before_stopped) {
  for (uint32_t n = 1; n <= 6; ++n)
    accept(n, n % 2 == 0);
  event_id from;
  uint32_t events = 0;
  int steps = 0;
  for (;;) {
    auto result = prune_once(9999, 3, from);
    events += result.events;
    ++steps;
    ASSERT_LE(result.events, 2u);
    if (!result.resume)
      break;
    from = *result.resume;
  }
  EXPECT_EQ(events, 3u);
  EXPECT_GE(steps, 4);
  EXPECT_EQ(count(database::events), 3u);
}

TEST_F(retention_test, keeps_whole_what_cannot_be_read_and_removes_the_rest) {
  std::vector<event_id> ids;
  for (uint32_t n = 1; n <= 5; ++n)
    ids.push_back(accept(n));
  auto tx = must(env_->write());
  must(tx.put(database::events, as_key(ids[0]), "\xff"));
  must(tx.put(database::deliveries, as_key(ids[1].plus(2)), "\x01"));
  must(tx.put(database::idempotency, "key 3", "no id"));
  std::vector<std::string> faults;
  auto result = must(prune_events(tx, at_ms(9999), 0ms, 100, {},
                                  [&](const std::string& what) { faults.push_back(what); }));
  must(tx.commit());
  EXPECT_EQ(result.events, 2u);
  EXPECT_FALSE(result.resume);
  EXPECT_EQ(count(database::events), 3u);
  EXPECT_EQ(count(database::deliveries), 6u);
  EXPECT_EQ(count(database::attempts), 6u);
  EXPECT_EQ(count(database::idempotency), 6u);
  ASSERT_EQ(faults.size(), 3u);
  EXPECT_NE(faults[0].find(" in events "), std::string::npos) << faults[0];
  EXPECT_NE(faults[1].find(" in deliveries "), std::string::npos) << faults[1];
  EXPECT_NE(faults[2].find(" in idempotency "), std::string::npos) << faults[2];
}

TEST_F(retention_test, removes_what_was_accepted_after_the_clock_had_been_ahead) {
  auto now = timestamp{} + years{50};
  ulid_generator ids{1};
  auto accept_at = [&](timestamp at) {
    auto x = make_event(1, {});
    x.id = event_id{ids.next(static_cast<uint64_t>(to_unix_ms(at)))};
    x.accepted_at = at;
    apply_ok(x);
    return x.id;
  };
  auto ahead = accept_at(now + years{1});
  auto behind = accept_at(now);
  EXPECT_LT(ahead, behind);
  // A process that starts then begins with ids of its own time.
  ids = ulid_generator{2};
  auto old = accept_at(now);
  auto young = accept_at(now + days{30});
  EXPECT_LT(young, ahead);
  auto tx = must(env_->write());
  event_id from;
  uint32_t events = 0;
  for (int steps = 0; steps < 4; ++steps) {
    auto result = must(prune_events(tx, now + days{31}, days{30}, 2, from));
    events += result.events;
    if (!result.resume)
      break;
    from = *result.resume;
  }
  must(tx.commit());
  EXPECT_EQ(events, 2u);
  auto after = read();
  event_repository stored{after};
  EXPECT_TRUE(must(stored.find(ahead)));
  EXPECT_TRUE(must(stored.find(young)));
  EXPECT_FALSE(must(stored.find(behind)));
  EXPECT_FALSE(must(stored.find(old)));
}

TEST_F(retention_test, looks_at_nothing_more_where_the_clock_is_behind) {
  auto now = timestamp{} + years{50};
  ulid_generator ids{1};
  auto accept_at = [&](timestamp at) {
    auto x = make_event(1, {});
    x.id = event_id{ids.next(at)};
    x.accepted_at = at;
    apply_ok(x);
  };
  accept_at(now - days{31});
  accept_at(now);
  for (int i = 0; i < 5; ++i)
    accept_at(now + years{1});
  auto tx = must(env_->write());
  auto result = must(prune_events(tx, now, days{30}, 4));
  EXPECT_EQ(result.events, 1u);
  EXPECT_EQ(result.resume, std::nullopt);
}

TEST_F(retention_test, takes_the_attempts_of_an_event_away_in_steps) {
  auto x = make_event(1, {channel_, channel_});
  apply_ok(x);
  constexpr uint16_t attempts = 20;
  for (uint32_t place = 1; place <= 2; ++place)
    for (uint16_t number = 1; number <= attempts; ++number)
      apply_ok(
        make_attempt(x.id, place, number, channel_,
                     number < attempts ? delivery_state::scheduled : delivery_state::dead_letter));
  event_id from;
  uint64_t removed = 0;
  for (;;) {
    auto result = prune_once(9999, 7, from);
    removed += result.attempts;
    // The last one of each delivery goes with it.
    ASSERT_LE(result.attempts, 7u + 2u);
    if (!result.resume)
      break;
    from = *result.resume;
  }
  EXPECT_EQ(removed, 2u * attempts);
  for (auto db :
       {database::events, database::deliveries, database::attempts, database::dead_letters})
    EXPECT_EQ(count(db), 0u);
}

TEST_F(retention_test, a_pruned_key_can_be_used_again) {
  accept(1);
  prune_once(9999, 100);
  auto x = make_event(5, {});
  x.idempotency_key = "key 1";
  EXPECT_FALSE(apply_ok(x).duplicate);
}

} // namespace

} // namespace tocsin::storage
