#include "storage/commands/group_commit.hpp"
#include "storage/engine/codec.hpp"
#include "storage/records/due_record.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/upkeep/compaction.hpp"
#include "storage/upkeep/settle.hpp"
#include "storage/upkeep/store_view.hpp"
#include "tests/support/damage.hpp"
#include "tests/unit/storage/storage_dump.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

namespace tocsin::storage {

namespace {

/// What is durable by the journal before LMDB has it: who sees it when, and what becomes of it.
class open_commit_test : public storage_test {
protected:
  open_commit_test() { channel_ = put_channel_of(put_admin("ops"), 1); }

  std::vector<commit_entry> entries_of(std::vector<command> commands) {
    std::vector<commit_entry> result;
    for (auto& x : commands) {
      result.emplace_back();
      result.back().commands.push_back(std::move(x));
    }
    return result;
  }

  /// As the ledger commits.
  void commit(std::vector<command> commands, commit_way way = commit_way::journal) {
    auto entries = entries_of(std::move(commands));
    must(commit_together(*env_, entries, nullptr, way));
    for (auto& x : entries)
      ASSERT_FALSE(x.refusal) << x.refusal->detail;
  }

  /// The event `n` and an attempt at the one before it.
  std::vector<command> step(uint32_t n) {
    auto before = event_id{make_ulid((n - 1) * 100)};
    return {make_event(n, {channel_, channel_}),
            make_attempt(before, 1, 1, channel_, delivery_state::dead_letter)};
  }

  uint64_t published_events() { return must(must(env_->read_published()).count(database::events)); }

  channel_id channel_;
};

TEST_F(open_commit_test, is_seen_by_others_once_it_is_published) {
  commit({make_event(1, {channel_})});
  EXPECT_TRUE(env_->has_unpublished());
  EXPECT_EQ(published_events(), 0u);
  EXPECT_EQ(must(must(env_->read_unpublished()).count(database::events)), 1u);
  must(env_->publish());
  EXPECT_FALSE(env_->has_unpublished());
  EXPECT_EQ(published_events(), 1u);
}

TEST_F(open_commit_test, is_published_by_its_own_thread_when_that_reads) {
  commit({make_event(1, {channel_})});
  EXPECT_EQ(must(read().count(database::events)), 1u);
  EXPECT_FALSE(env_->has_unpublished());
}

TEST_F(open_commit_test, is_waited_for_by_whoever_wants_to_see_all) {
  commit({make_event(1, {channel_})});
  uint64_t seen = 0;
  std::thread other{[&] { seen = must(must(env_->read()).count(database::events)); }};
  // Whether it waits by now or comes later: it must see both.
  commit({make_event(2, {channel_})});
  must(env_->publish());
  other.join();
  EXPECT_EQ(seen, 2u);
}

TEST_F(open_commit_test, does_not_hold_up_readers_for_longer_than_they_have_patience) {
  env_.reset();
  options_.reader_patience = std::chrono::milliseconds{20};
  reopen();
  commit({make_event(1, {channel_})});
  uint64_t seen = 1;
  std::thread{[&] { seen = must(must(env_->read()).count(database::events)); }}.join();
  EXPECT_EQ(seen, 0u);
}

TEST_F(open_commit_test, is_repeated_by_the_next_start_as_if_lmdb_had_committed_it) {
  std::string dumps[2];
  for (auto way : {commit_way::lmdb, commit_way::journal}) {
    env_.reset();
    std::filesystem::remove_all(options_.directory);
    env_ = must(open_environment(options_));
    channel_ = put_channel_of(put_admin("ops"), 1);
    commit({make_event(1, {channel_})}, way);
    for (uint32_t n = 2; n <= 30; ++n)
      commit(step(n), way);
    EXPECT_EQ(published_events(), way == commit_way::lmdb ? 30u : 0u);
    reopen();
    EXPECT_FALSE(env_->has_unpublished());
    expect_sound();
    dumps[static_cast<size_t>(way)] = dump(must(env_->read_published()));
  }
  EXPECT_EQ(dumps[0], dumps[1]);
}

/// Whatever ends a transaction in which something is kept already.
TEST_F(open_commit_test, is_repeated_where_its_transaction_is_undone) {
  commit({make_event(1, {channel_})});
  {
    auto tx = must(env_->write());
    must(tx.put(database::events, "nobody's", "left"));
  }
  EXPECT_TRUE(env_->has_unpublished());
  EXPECT_EQ(published_events(), 0u);
  // No more by the journal before LMDB has it.
  commit({make_event(2, {channel_})});
  EXPECT_FALSE(env_->has_unpublished());
  EXPECT_EQ(published_events(), 2u);
  expect_sound();
}

TEST_F(open_commit_test, stays_where_an_entry_is_refused_for_what_cannot_be_read) {
  auto first = make_event(1, {channel_});
  commit({first});
  {
    auto tx = must(env_->write());
    must(tx.put(database::deliveries, as_key(first.id.plus(1)), "\x01"));
    must(tx.commit());
  }
  commit({make_event(2, {channel_})});
  auto entries = entries_of(
    {make_event(3, {channel_}), make_attempt(first.id, 1, 1, channel_, delivery_state::delivered)});
  must(commit_together(*env_, entries, nullptr, commit_way::journal));
  EXPECT_FALSE(entries[0].refusal);
  ASSERT_TRUE(entries[1].refusal);
  EXPECT_EQ(entries[1].refusal->code, errc::storage_corrupt);
  reopen();
  EXPECT_EQ(published_events(), 3u);
}

/// LMDB takes nothing more in a transaction in which it met a damaged page.
TEST_F(open_commit_test, stays_where_a_damaged_page_is_met_while_others_are_read) {
  auto other = put_channel_of({recipient_kind::admin, "ops"}, 2);
  for (uint32_t n = 1; n <= 200; ++n)
    apply_ok(make_event(n, {channel_}));
  auto first = make_event(1, {channel_});
  wipe_pages_with(
    options_.directory / "data.mdb",
    due_key{channel_, due_class::first_attempt, first.accepted_at, delivery_id{first.id.plus(1)}});
  commit({make_event(201, {other})});
  {
    auto tx = must(env_->read_unpublished());
    auto due = due_repository{tx}.next(channel_, due_class::first_attempt, timestamp::max(), 1);
    ASSERT_EQ(code_of(due), errc::storage_corrupt);
  }
  // Whoever reads next sees all of it again.
  EXPECT_EQ(must(must(env_->read_unpublished()).count(database::events)), 201u);
  commit({make_event(202, {other})});
  {
    auto tx = must(env_->read_unpublished());
    EXPECT_FALSE(due_repository{tx}.next(channel_, due_class::first_attempt, timestamp::max(), 1));
  }
  commit({make_event(203, {other})});
  must(env_->publish());
  EXPECT_EQ(published_events(), 203u);
}

TEST_F(open_commit_test, stays_where_the_map_must_grow) {
  env_.reset();
  options_.directory = directory_.path() / "small";
  options_.map_size_bytes = uint64_t{1} << 20;
  env_ = must(open_environment(options_));
  channel_ = put_channel_of(put_admin("ops"), 1);
  auto before = must(env_->sizes(read())).map_bytes;
  for (uint32_t n = 1; n <= 100; ++n) {
    auto x = make_event(n, {channel_});
    x.value.details = std::string(30'000, 'd');
    commit({std::move(x)});
  }
  EXPECT_GT(must(env_->sizes(must(env_->read_published()))).map_bytes, before);
  reopen();
  EXPECT_EQ(published_events(), 100u);
  expect_sound();
}

/// Where the map ends, what was told must not need more than it had.
TEST_F(open_commit_test, takes_no_more_pages_when_it_is_repeated) {
  uint64_t used[2];
  for (auto is_repeated : {false, true}) {
    env_.reset();
    std::filesystem::remove_all(options_.directory);
    env_ = must(open_environment(options_));
    channel_ = put_channel_of(put_admin("ops"), 1);
    for (uint32_t n = 1; n <= 200; ++n) {
      auto x = make_event(n, {channel_});
      x.value.details = std::string(1400, 'd');
      commit({std::move(x)});
    }
    if (is_repeated)
      reopen();
    used[is_repeated] = must(env_->sizes(read())).used_bytes;
  }
  EXPECT_LE(used[1], used[0]);
}

TEST_F(open_commit_test, is_made_by_lmdb_where_room_is_short) {
  env_.reset();
  options_.directory = directory_.path() / "small";
  options_.map_size_bytes = options_.map_limit_bytes = uint64_t{2} << 20;
  env_ = must(open_environment(options_));
  channel_ = put_channel_of(put_admin("ops"), 1);
  auto first = make_event(1, {channel_});
  commit({first});
  std::vector<commit_entry> entries;
  for (uint32_t n = 2; entries.empty() || !entries[0].refusal; ++n) {
    auto x = make_event(n, {channel_});
    x.value.details = std::string(1400, 'd');
    entries = entries_of({std::move(x)});
    must(commit_together(*env_, entries, nullptr, commit_way::journal));
    ASSERT_LT(n, 2000u);
  }
  EXPECT_EQ(entries[0].refusal->code, errc::storage_full);
  commit({make_attempt(first.id, 1, 1, channel_, delivery_state::delivered)});
  reopen();
  expect_sound();
}

TEST_F(open_commit_test, is_made_by_lmdb_with_a_change_of_configuration) {
  commit({make_event(1, {channel_})});
  put_recipient other;
  other.value.id = {recipient_kind::admin, "others"};
  commit({make_event(2, {channel_}), other});
  EXPECT_FALSE(env_->has_unpublished());
  EXPECT_EQ(published_events(), 2u);
}

TEST_F(open_commit_test, is_made_by_lmdb_with_what_disables_a_channel) {
  auto x = make_event(1, {channel_});
  commit({x});
  auto dead = make_attempt(x.id, 1, 1, channel_, delivery_state::dead_letter);
  dead.fault.emplace();
  commit({dead});
  EXPECT_FALSE(env_->has_unpublished());
}

TEST_F(open_commit_test, is_made_by_lmdb_once_the_journal_is_full) {
  uint32_t n = 0;
  do {
    auto x = make_event(++n, {channel_});
    x.value.details = std::string(60'000, 'd');
    commit({std::move(x)});
    ASSERT_LT(n, 1000u);
  } while (env_->has_unpublished());
  EXPECT_EQ(published_events(), n);
  // What is too large for it goes past it from the beginning.
  auto large = make_event(n + 1, {channel_});
  large.value.details = std::string(5 << 20, 'd');
  commit({large});
  EXPECT_FALSE(env_->has_unpublished());
}

TEST_F(open_commit_test, is_in_the_file_before_that_is_copied_or_replaced) {
  auto events_in_the_file = [this] {
    auto databases = must(must(store_view::open(options_.directory)).stats()).databases;
    return std::ranges::find(databases, "events", &database_stats::name)->entries;
  };
  commit({make_event(1, {channel_})});
  // The service is at work, and does not come to publish it.
  auto hurried = options_;
  hurried.reader_patience = std::chrono::milliseconds{20};
  EXPECT_EQ(code_of(settle(hurried)), errc::unavailable);
  EXPECT_TRUE(env_->has_unpublished());
  env_.reset();
  EXPECT_EQ(events_in_the_file(), 0u);
  must(settle(options_));
  EXPECT_EQ(events_in_the_file(), 1u);

  reopen();
  commit({make_event(2, {channel_})});
  env_.reset();
  must(compact(options_));
  EXPECT_EQ(events_in_the_file(), 2u);
  reopen();
  expect_sound();
}

TEST_F(open_commit_test, is_waited_for_where_a_service_at_work_publishes_it) {
  commit({make_event(1, {channel_})});
  expected<void> settled;
  std::thread other{[&] { settled = settle(options_); }};
  // Whether it looks by now or comes later.
  must(env_->publish());
  commit({make_event(2, {channel_})});
  must(env_->publish());
  other.join();
  must(settled);
}

TEST_F(open_commit_test, is_in_the_file_without_a_larger_map_than_the_service_has) {
  env_.reset();
  options_.directory = directory_.path() / "small";
  options_.map_size_bytes = uint64_t{1} << 20;
  options_.map_limit_bytes = uint64_t{256} << 20;
  env_ = must(open_environment(options_));
  channel_ = put_channel_of(put_admin("ops"), 1);
  commit({make_event(1, {channel_})});
  EXPECT_TRUE(env_->has_unpublished());
  env_.reset();
  must(settle(options_));
  env_ = must(open_environment(options_));
  EXPECT_LE(must(env_->sizes(read())).map_bytes, options_.map_limit_bytes);
}

/// A compact file counts its commits from the beginning, so that what the journal once held for
/// one of them could count again.
TEST_F(open_commit_test, is_void_once_the_file_is_replaced) {
  env_.reset();
  must(compact(options_));
  reopen();
  auto x = make_event(1, {channel_});
  commit({x});
  delivery_id id{x.id.plus(1)};
  commit({cancel_delivery{id, at_ms(5000), "not wanted"}});
  env_.reset();
  must(compact(options_));
  reopen();
  EXPECT_EQ(must(delivery_repository{read()}.find(id)).value().state, delivery_state::cancelled);
}

TEST_F(open_commit_test, is_not_opened_without_what_was_told_to_be_durable) {
  for (uint32_t n = 1; n <= 3; ++n)
    commit({make_event(n, {channel_})});
  env_.reset();
  auto file = options_.directory / "journal";
  std::fstream{file, std::ios::binary | std::ios::in | std::ios::out}.seekp(30) << "XX";
  for (int tries = 0; tries < 2; ++tries)
    EXPECT_EQ(code_of(open_environment(options_)), errc::storage_corrupt);
  EXPECT_EQ(code_of(settle(options_)), errc::storage_corrupt);
  std::vector<std::string> faults;
  auto report = must(must(store_view::open(options_.directory)).check([&](const std::string& what) {
    faults.push_back(what);
  }));
  EXPECT_EQ(report.faults, 1u);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_NE(faults[0].find("journal is damaged at byte 0"), std::string::npos) << faults[0];
  // The way on that is documented.
  std::filesystem::rename(file, options_.directory / "journal.damaged");
  env_ = must(open_environment(options_));
  EXPECT_EQ(published_events(), 0u);
  expect_sound();
}

TEST_F(open_commit_test, gives_way_to_those_who_wait) {
  commit({make_event(1, {channel_})});
  std::atomic<uint64_t> seen = 0;
  std::thread other{[&] { seen = must(must(env_->read()).count(database::events)); }};
  for (uint32_t n = 2; seen == 0 && n < 100'000; ++n)
    commit({make_event(n, {channel_})});
  EXPECT_GT(seen, 0u) << "nobody published, and yet it did not wait in vain";
  other.join();
}

TEST_F(open_commit_test, counts_as_commits_what_the_journal_took) {
  auto commits = [this] { return must(env_->sizes(must(env_->read_published()))).commits; };
  auto before = commits();
  for (uint32_t n = 1; n <= 3; ++n)
    commit({make_event(n, {channel_})});
  EXPECT_EQ(commits(), before + 3);
}

TEST_F(open_commit_test, notes_nothing_where_nothing_changes) {
  auto x = make_event(1, {channel_});
  x.idempotency_key = "key";
  commit({x});
  auto commits = must(env_->sizes(must(env_->read_published()))).commits;
  x.id = event_id{make_ulid(900)};
  commit({x});
  EXPECT_TRUE(env_->has_unpublished());
  EXPECT_EQ(must(env_->sizes(must(env_->read_published()))).commits, commits);
}

} // namespace

} // namespace tocsin::storage
