#include "tests/unit/actors/ledger_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// A ledger whose storage has little room, and how it is filled.
class full_ledger_test : public ledger_fixture {
protected:
  full_ledger_test() {
    stop_ledger();
    ledger = nullptr;
    env.reset();
    storage::environment::options options;
    options.directory = directory.path();
    options.map_size_bytes = 16 << 20;
    options.map_limit_bytes = 16 << 20;
    env = *storage::open_environment(options);
    start_ledger();
    open(1000);
  }

  void fill() {
    for (int i = 0; i < 200 && *has_room; ++i) {
      auto large = submission_of(1);
      large->events[0].value.message = std::string(event_bytes, 'x');
      auto accepted = ask<events_accepted>(ledger, accept_submission{large});
      ASSERT_TRUE(accepted) << "it was full before it said so: " << accepted.error().detail;
      advance(1s);
    }
    ASSERT_FALSE(*has_room);
  }

  /// Removes the last `count` events behind the ledger's back, and has it look.
  void make_room(size_t count) {
    auto tx = *env->write();
    for (size_t i = 0; i < count; ++i, handed.pop_back())
      ASSERT_TRUE(*tx.erase(storage::database::events, storage::as_key(handed.back().event->id)));
    ASSERT_TRUE(tx.commit());
    advance(1s);
  }

  static constexpr size_t event_bytes = 100'000;
};

TEST_F(full_ledger_test, takes_events_again_only_with_an_eighth_more_room_than_the_reserve) {
  fill();
  // The reserve is 2 MiB here, an eighth of the limit, and an eighth of that 2.6 events.
  make_room(2);
  EXPECT_FALSE(*has_room);
  make_room(2);
  EXPECT_TRUE(*has_room);
}

TEST_F(full_ledger_test, without_a_reserve_says_all_the_same_when_it_is_full_and_when_not) {
  fill();
  ASSERT_EQ(reports.size(), 1u);
  auto refused = accept();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::storage_full);
  // Nobody set a reserve, so the words must lead to what is full.
  for (const auto& words : {reports[0], refused.error().detail})
    for (const auto* place : {"left on the disk", "of storage.map_limit", "(storage.reserve)"})
      EXPECT_NE(words.find(place), std::string::npos) << words;
  EXPECT_GT(handed.size(), 50u);
  for (auto& x : std::vector{handed})
    record(x, delivery_state::delivered);
  advance(26h);
  for (int i = 0; i < 10 && !*has_room; ++i)
    advance(1min);
  EXPECT_TRUE(*has_room);
  EXPECT_EQ(reports.size(), 1u);
  EXPECT_EQ(recoveries.size(), 1u);
  EXPECT_TRUE(accept());
}

} // namespace

} // namespace tocsin
