#include "storage/commands/group_commit.hpp"
#include "storage/engine/schema.hpp"
#include "storage/files/secret_box.hpp"
#include "storage/upkeep/compaction.hpp"
#include "storage/upkeep/store_view.hpp"
#include "tests/support/disk_shim/disk_shim.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <sys/stat.h>

namespace tocsin::storage {

namespace {

/// A disk that answers with an error.
class disk_error : public storage_test {
protected:
  disk_error() { channel_ = put_channel_of(put_admin("ops"), 1); }

  ~disk_error() override { disk_shim::heal(); }

  /// Commits an event; whether that was told to be durable.
  expected<void> accept(commit_way way = commit_way::lmdb) {
    std::vector<commit_entry> entries(1);
    auto n = next_++;
    auto x = make_event(n, {channel_});
    x.value.details = std::string(5000, 'd');
    entries[0].commands = {x};
    auto done = commit_together(*env_, entries, nullptr, way);
    if (!done)
      return done;
    if (entries[0].refusal)
      return *entries[0].refusal;
    told_.push_back(x.id);
    return {};
  }

  /// All that was told is there, and nothing else but what a failed commit may have left whole.
  void expect_all_told() {
    expect_sound();
    auto tx = read();
    for (auto& id : told_)
      EXPECT_TRUE(
        must(tx.find(database::events, {reinterpret_cast<const char*>(id.bytes.data()), 16})));
  }

  channel_id channel_;
  uint32_t next_ = 1;
  std::vector<event_id> told_;
};

/// Each call of a commit fails in turn. What failed is answered with an error; afterwards the
/// storage goes on, or says that it must be opened again; then nothing that was acknowledged is
/// missing.
TEST_F(disk_error, at_any_call_loses_nothing_and_ends_by_a_new_start_at_the_latest) {
  size_t went_on = 0;
  size_t broke = 0;
  // More writes than one commit makes, so that its last one, of the meta page, is among them.
  constexpr uint64_t calls = 24;
  for (auto what : {disk_shim::call::write, disk_shim::call::sync})
    for (uint64_t passing = 0; passing < calls; ++passing) {
      must(accept());
      disk_shim::fail(options_.directory, what, passing);
      auto done = accept();
      // A commit makes more writes than flushes.
      while (done && disk_shim::failures() == 0)
        done = accept();
      ASSERT_GT(disk_shim::failures(), 0u);
      ASSERT_FALSE(done) << "call " << passing;
      auto code = done.error().code;
      EXPECT_TRUE(code == errc::storage_io || code == errc::storage_full
                  || code == errc::storage_corrupt)
        << done.error().detail;
      disk_shim::heal();
      // Where the meta page could not be written LMDB takes nothing more: the ledger ends the
      // service then, and a new start opens the storage again.
      auto after = accept();
      ++(after ? went_on : broke);
      if (!after) {
        EXPECT_EQ(after.error().code, errc::storage_corrupt) << after.error().detail;
        reopen();
      }
      expect_all_told();
      reopen();
      expect_all_told();
    }
  std::cout << went_on << " times it went on, " << broke << " times it had to be opened again\n";
  EXPECT_GT(went_on, 0u);
  EXPECT_GT(broke, 0u);
}

/// The same of what the journal takes and LMDB commits later: nobody is told of a fault that LMDB
/// can make good, and where it cannot the journal still has what was told before.
TEST_F(disk_error, at_any_call_loses_nothing_that_the_journal_had_taken) {
  size_t made_good = 0;
  size_t refused = 0;
  constexpr uint64_t calls = 24;
  for (auto what : {disk_shim::call::write, disk_shim::call::sync})
    for (uint64_t passing = 0; passing < calls; ++passing) {
      for (int i = 0; i < 3; ++i)
        must(accept(commit_way::journal));
      ASSERT_TRUE(env_->has_unpublished());
      disk_shim::fail(options_.directory, what, passing);
      expected<void> done;
      for (int i = 0; done && disk_shim::failures() == 0; ++i)
        done = i % 3 == 2 ? env_->publish() : accept(commit_way::journal);
      ++(done ? made_good : refused);
      disk_shim::heal();
      if (passing % 2 == 0)
        reopen();
      if (auto after = accept(commit_way::journal); !after) {
        EXPECT_EQ(after.error().code, errc::storage_corrupt) << after.error().detail;
        reopen();
      }
      expect_all_told();
    }
  std::cout << made_good << " times nobody noticed, " << refused << " times it was refused\n";
  EXPECT_GT(refused, 0u);
}

/// The entry stands in the file, whole, and yet was told not to count.
TEST_F(disk_error, of_a_flush_leaves_nothing_of_what_was_refused_for_it) {
  must(accept(commit_way::journal));
  disk_shim::fail(options_.directory, disk_shim::call::sync, 0);
  ASSERT_FALSE(accept(commit_way::journal));
  disk_shim::heal();
  must(accept(commit_way::journal));
  must(env_->publish());
  EXPECT_EQ(must(read().count(database::events)), 2u);
  expect_all_told();
}

/// A process that ends then leaves nothing of it either.
TEST_F(disk_error, of_a_flush_leaves_nothing_that_the_next_start_would_repeat) {
  must(accept(commit_way::journal));
  disk_shim::fail(options_.directory, disk_shim::call::sync, 0);
  ASSERT_FALSE(accept(commit_way::journal));
  disk_shim::heal();
  reopen();
  EXPECT_EQ(must(read().count(database::events)), 1u);
  expect_all_told();
}

/// What the journal holds may be much: not everybody who reads repeats it in vain.
TEST_F(disk_error, is_met_once_by_all_who_read_until_somebody_writes) {
  must(accept(commit_way::journal));
  disk_shim::fail(options_.directory, disk_shim::call::write, 0, ENOSPC);
  EXPECT_EQ(code_of(env_->publish()), errc::storage_full);
  auto met = disk_shim::failures();
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(code_of(env_->read_unpublished()), errc::storage_full);
  EXPECT_EQ(disk_shim::failures(), met);
  disk_shim::heal();
  must(env_->publish());
  EXPECT_EQ(must(must(env_->read_unpublished()).count(database::events)), 1u);
  // What stands in the way once is forgotten.
  must(accept(commit_way::journal));
  EXPECT_EQ(must(read().count(database::events)), 2u);
}

TEST_F(disk_error, of_the_journal_alone_is_kept_until_it_takes_something) {
  EXPECT_FALSE(env_->journal_fault());
  for (auto what : {disk_shim::call::write, disk_shim::call::sync}) {
    disk_shim::fail(options_.directory / "journal", what, 0);
    must(accept(commit_way::journal));
    EXPECT_FALSE(env_->has_unpublished());
    ASSERT_TRUE(env_->journal_fault());
    EXPECT_EQ(env_->journal_fault()->code, errc::storage_io);
    disk_shim::heal();
    must(accept(commit_way::journal));
    EXPECT_FALSE(env_->journal_fault());
    must(env_->publish());
  }
  expect_all_told();
}

/// As after a restore onto a disk that has just enough room for the data.
TEST_F(disk_error, of_a_disk_without_room_for_a_journal_leaves_the_commits_to_lmdb) {
  env_.reset();
  auto file = options_.directory / "journal";
  std::filesystem::resize_file(file, 0);
  disk_shim::fail(file, disk_shim::call::write, 0, ENOSPC);
  env_ = must(open_environment(options_));
  must(accept(commit_way::journal));
  EXPECT_FALSE(env_->has_unpublished());
  disk_shim::heal();
  must(accept(commit_way::journal));
  EXPECT_TRUE(env_->has_unpublished()) << "there is room by now";
  reopen();
  expect_all_told();
}

TEST_F(disk_error, of_a_full_disk_does_not_let_the_map_grow) {
  auto map_bytes = [this] { return must(env_->sizes(read())).map_bytes; };
  must(accept());
  auto before = map_bytes();
  ASSERT_LT(before, options_.map_limit_bytes);
  disk_shim::fail(options_.directory, disk_shim::call::write, 0, ENOSPC);
  EXPECT_EQ(code_of(accept()), errc::storage_full);
  disk_shim::heal();
  EXPECT_EQ(map_bytes(), before);
  must(accept());
  expect_all_told();
}

TEST_F(disk_error, is_seen_by_a_probe_that_changes_nothing) {
  must(accept());
  must(probe_disk(*env_));
  for (auto what : {disk_shim::call::write, disk_shim::call::sync}) {
    disk_shim::fail(options_.directory, what, 0);
    EXPECT_EQ(code_of(probe_disk(*env_)), errc::storage_io);
    disk_shim::heal();
    must(probe_disk(*env_));
  }
  expect_all_told();
}

TEST_F(disk_error, keeps_a_backup_from_taking_its_name) {
  must(accept());
  env_.reset();
  auto view = must(store_view::open(options_.directory));
  auto copy = directory_.path() / "copy.mdb";
  for (auto what : {disk_shim::call::write, disk_shim::call::sync}) {
    disk_shim::fail(directory_.path(), what, 0);
    EXPECT_EQ(code_of(view.copy_to(copy)), errc::storage_io);
    disk_shim::heal();
    EXPECT_FALSE(std::filesystem::exists(copy));
  }
  must(view.copy_to(copy));
}

/// Of the copy, of the journal that is void, of the directory without the table of readers, and of
/// the new name.
TEST_F(disk_error, of_any_flush_of_compacting_is_told_and_costs_nothing) {
  must(accept());
  env_.reset();
  auto file_number = [this] {
    struct stat found {};
    EXPECT_EQ(stat((options_.directory / "data.mdb").c_str(), &found), 0);
    return found.st_ino;
  };
  for (uint64_t passing = 0; passing < 4; ++passing) {
    auto before = file_number();
    disk_shim::fail(options_.directory, disk_shim::call::sync, passing);
    auto done = compact(options_);
    EXPECT_EQ(disk_shim::failures(), 1u) << passing;
    disk_shim::heal();
    ASSERT_FALSE(done) << passing;
    EXPECT_EQ(done.error().code, errc::storage_io);
    EXPECT_EQ(file_number() == before, passing < 3);
    EXPECT_FALSE(std::filesystem::exists(options_.directory / "data.mdb.compact"));
    env_ = must(open_environment(options_));
    expect_all_told();
    env_.reset();
  }
  must(compact(options_));
}

/// Power could take the key, and with it all that was sealed.
TEST_F(disk_error, of_any_flush_leaves_no_key_in_use) {
  auto directory = directory_.path() / "keys";
  std::filesystem::create_directory(directory);
  auto path = directory / "sealing.key";
  for (uint64_t passing : {0u, 1u}) {
    disk_shim::fail(directory, disk_shim::call::sync, passing);
    EXPECT_EQ(code_of(secret_box::open_key_file(path)), errc::storage_io) << passing;
    disk_shim::heal();
    std::filesystem::remove(path);
  }
  must(secret_box::open_key_file(path));
  for (uint64_t passing : {0u, 1u}) {
    disk_shim::fail(directory, disk_shim::call::sync, passing);
    EXPECT_EQ(code_of(secret_box::put_new_key(path)), errc::storage_io) << passing;
    disk_shim::heal();
  }
  must(secret_box::put_new_key(path));
}

TEST_F(disk_error, keeps_a_storage_from_being_made_in_directories_that_could_lose_their_names) {
  env_.reset();
  auto above = directory_.path() / "above";
  std::filesystem::create_directory(above);
  options_.directory = above / "one" / "two" / "";
  for (uint64_t passing : {0u, 1u}) {
    disk_shim::fail(above, disk_shim::call::sync, passing);
    EXPECT_EQ(code_of(open_environment(options_)), errc::storage_io);
    EXPECT_FALSE(std::filesystem::exists(options_.directory / "data.mdb")) << passing;
    disk_shim::heal();
    std::filesystem::remove_all(above / "one");
  }
  env_ = must(open_environment(options_));
}

TEST_F(disk_error, keeps_a_storage_from_being_opened_whose_files_could_lose_their_names) {
  env_.reset();
  disk_shim::fail(options_.directory, disk_shim::call::sync, 0);
  EXPECT_EQ(code_of(open_environment(options_)), errc::storage_io);
  disk_shim::heal();
  env_ = must(open_environment(options_));
}

} // namespace

} // namespace tocsin::storage
