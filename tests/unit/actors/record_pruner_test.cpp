#include "actors/ledger/record_pruner.hpp"
#include "storage/engine/codec.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <string>
#include <vector>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using storage::at_ms;

class record_pruner_test : public storage::storage_test {
protected:
  record_pruner_test() : storage_test(storage::directory_in_memory()) {
    channel_ = put_channel_of(put_admin("ops"), 1);
  }

  /// Events that were accepted about now and ended at `at`.
  void accept(uint32_t count, timestamp at) {
    auto tx = storage::must(env_->write());
    for (uint32_t i = 0; i < count; ++i) {
      auto x = make_event(++accepted_, {channel_});
      storage::must(storage::apply(tx, x));
      auto last = make_attempt(x.id, 1, 1, channel_, delivery_state::dead_letter);
      last.value.started_at = at;
      storage::must(storage::apply(tx, last));
    }
    storage::must(tx.commit());
  }

  /// One round; returns how many steps it took.
  uint32_t run_round(timestamp now) {
    uint32_t result = 1;
    while (pruner_.step(now))
      ++result;
    return result;
  }

  uint64_t events() { return storage::must(read().count(storage::database::events)); }

  channel_id channel_;
  uint32_t accepted_ = 0;
  std::vector<std::string> reports_;
  std::vector<std::string> recoveries_;
  record_pruner pruner_{env_,
                        {10'000ms, 10'000ms},
                        [this](const std::string& x) { reports_.push_back(x); },
                        [this](const std::string& x) { recoveries_.push_back(x); }};
};

TEST_F(record_pruner_test, looks_at_what_ended_late_once_an_hour_and_not_each_minute) {
  accept(1000, at_ms(50'000));
  accepted_ = 20'000;
  accept(1, at_ms(50'000));
  auto now = at_ms(20'000);
  EXPECT_GT(run_round(now), 3u);
  for (int round = 2; round <= 60; ++round)
    ASSERT_EQ(run_round(now), 1u) << round;
  EXPECT_GT(run_round(now), 3u);
  EXPECT_EQ(events(), 1001u);
  for (int round = 62; round <= 121; ++round)
    run_round(at_ms(60'100));
  EXPECT_EQ(events(), 0u);
}

TEST_F(record_pruner_test, removes_in_each_round_what_has_become_old_since) {
  accept(1, at_ms(50'000));
  accepted_ = 1000;
  accept(10, at_ms(2000));
  run_round(at_ms(11'500));
  EXPECT_EQ(events(), 11u);
  run_round(at_ms(13'000));
  EXPECT_EQ(events(), 1u);
}

TEST_F(record_pruner_test, tells_once_of_what_cannot_be_read_though_most_rounds_pass_it_over) {
  accept(1, at_ms(2000));
  auto tx = storage::must(env_->write());
  storage::must(tx.put(storage::database::events, storage::as_key(storage::make_ulid(50)), "\xff"));
  storage::must(tx.commit());
  accepted_ = 20'000;
  accept(1, at_ms(50'000));
  for (int round = 1; round <= 62; ++round)
    run_round(at_ms(20'000));
  EXPECT_EQ(events(), 2u);
  EXPECT_EQ(reports_.size(), 1u);
  EXPECT_EQ(recoveries_.size(), 0u);
  auto again = storage::must(env_->write());
  storage::must(again.erase(storage::database::events, storage::as_key(storage::make_ulid(50))));
  storage::must(again.commit());
  for (int round = 1; round <= 60; ++round)
    run_round(at_ms(20'000));
  EXPECT_EQ(recoveries_.size(), 1u);
}

TEST_F(record_pruner_test, grows_a_map_that_is_full) {
  env_.reset();
  options_.directory = directory_.path() / "small";
  options_.map_size_bytes = uint64_t{1} << 20;
  options_.map_limit_bytes = uint64_t{16} << 20;
  env_ = storage::must(storage::open_environment(options_));
  channel_ = put_channel_of(put_admin("ops"), 1);
  accept(100, at_ms(2000));
  // Until not even a page is left.
  for (uint32_t n = 0; !env_->map_is_full(); ++n) {
    auto tx = storage::must(env_->write());
    if (tx.put(storage::database::meta, "key " + std::to_string(n), std::string(1000, 'x')))
      static_cast<void>(tx.commit());
  }
  record_pruner pruner{env_,
                       {10'000ms, 10'000ms},
                       [this](const std::string& x) { reports_.push_back(x); },
                       [this](const std::string& x) { recoveries_.push_back(x); }};
  pruner.step(at_ms(20'000));
  EXPECT_EQ(reports_.size(), 0u) << reports_.at(0);
  EXPECT_LT(events(), 100u);
}

} // namespace

} // namespace tocsin
