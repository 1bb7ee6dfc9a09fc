#include "storage/commands/group_commit.hpp"
#include "storage/repositories/audit_repository.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/event_repository.hpp"
#include "storage/upkeep/compaction.hpp"
#include "storage/upkeep/key_rotation.hpp"
#include "storage/upkeep/prune_events.hpp"
#include "storage/upkeep/store_view.hpp"
#include "tests/support/disk_shim/disk_shim.hpp"
#include "tests/unit/storage/storage_dump.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <iostream>
#include <set>
#include <string>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tocsin::storage {

namespace {

namespace fs = std::filesystem;

const std::set<std::string> storage_files{"data.mdb", "journal", "lock.mdb", "tocsin.lock"};

/// Everything that writes the storage is killed before each of its calls to the disk in turn: so
/// before and after every write, flush, rename and removal, hence before and after each commit.
class crash_points : public storage_test {
protected:
  crash_points() {
    channel_ = put_channel_of(put_admin("ops"), 1);
    for (uint32_t n = 1; n <= 20; ++n) {
      auto x = make_event(n, {channel_});
      apply_ok(x);
      if (n <= 10)
        apply_ok(make_attempt(x.id, 1, 1, channel_, delivery_state::dead_letter));
    }
    before_ = dump(read());
    keep_as_original();
  }

  /// Closes the storage, which is what is killed from now on.
  void keep_as_original() {
    env_.reset();
    fs::remove_all(original_);
    fs::copy(options_.directory, original_);
  }

  /// Kills `work` at each point, in a child, on the original storage, and calls `check` with the
  /// number of steps that it had reported by `done` (0 to as many as it has).
  void kill_everywhere(const std::function<void()>& work,
                       const std::function<void(size_t steps)>& check) {
    for (uint64_t point = 0;; ++point) {
      fs::remove_all(options_.directory);
      fs::copy(original_, options_.directory);
      int ends[2];
      ASSERT_EQ(pipe(ends), 0);
      auto child = fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        reported_ = ends[1];
        disk_shim::die_after(point);
        work();
        _exit(0);
      }
      close(ends[1]);
      size_t steps = 0;
      for (char x = 0; ::read(ends[0], &x, 1) == 1;)
        ++steps;
      close(ends[0]);
      int status = 0;
      ASSERT_EQ(waitpid(child, &status, 0), child);
      auto is_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
      ASSERT_TRUE(is_killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
        << "point " << point << " status " << status;
      SCOPED_TRACE("killed before call " + std::to_string(point));
      check(steps);
      env_.reset();
      if (HasFailure())
        return;
      if (!is_killed) {
        std::cout << point << " points\n";
        EXPECT_GT(point, 3u);
        return;
      }
    }
  }

  /// Said by the child: this step is done and told to others.
  void done() const {
    // The report itself is no call to the disk.
    char x = 'x';
    iovec part{&x, 1};
    if (pwritev2(reported_, &part, 1, -1, 0) != 1)
      _exit(4);
  }

  /// In the child: the value of `x`, or the end.
  template <class T>
  static T get(expected<T> x) {
    if (!x) {
      fprintf(stderr, "%s\n", x.error().detail.c_str());
      _exit(3);
    }
    if constexpr (!std::is_void_v<T>)
      return std::move(*x);
  }

  /// The names of the files in the storage's directory.
  std::set<std::string> names() const {
    std::set<std::string> result;
    for (auto& x : fs::directory_iterator{options_.directory})
      result.insert(x.path().filename());
    return result;
  }

  void open() { env_ = must(open_environment(options_)); }

  channel_id channel_;
  std::string before_;
  fs::path original_ = directory_.path() / "original";
  int reported_ = -1;
};

/// By LMDB's commits, or by the journal with one of LMDB's in the middle.
class crash_points_of_commits : public crash_points,
                                public testing::WithParamInterface<commit_way> {};

INSTANTIATE_TEST_SUITE_P(way, crash_points_of_commits,
                         testing::Values(commit_way::lmdb, commit_way::journal),
                         [](auto& x) { return x.param == commit_way::lmdb ? "lmdb" : "journal"; });

TEST_P(crash_points_of_commits, lose_nothing_that_was_told) {
  kill_everywhere(
    [this] {
      auto env = get(open_environment(options_));
      for (uint32_t step = 0; step < 4; ++step) {
        if (step == 2)
          get(env->publish());
        std::vector<commit_entry> entries(4);
        for (uint32_t i = 0; i < 4; ++i)
          entries[i].commands = {make_event(100 + step * 4 + i, {channel_, channel_})};
        entries.push_back({{make_attempt(event_id{make_ulid((11 + step) * 100)}, 1, 1, channel_,
                                         delivery_state::delivered)},
                           {},
                           {}});
        get(commit_together(*env, entries, nullptr, GetParam()));
        done();
      }
    },
    [this](size_t steps) {
      open();
      expect_sound();
      auto tx = read();
      // A commit that was not told of yet may be there, but no part of one.
      auto added = must(tx.count(database::events)) - 20;
      EXPECT_EQ(added % 4, 0u);
      EXPECT_GE(added, steps * 4);
      EXPECT_LE(added, steps * 4 + 4);
      EXPECT_EQ(must(tx.count(database::deliveries)), 20 + added * 2);
      EXPECT_EQ(must(tx.count(database::attempts)), 10 + added / 4);
    });
}

TEST_F(crash_points, of_retention_remove_events_whole_or_not_at_all) {
  kill_everywhere(
    [this] {
      auto env = get(open_environment(options_));
      event_id from;
      for (int step = 0; step < 2; ++step) {
        auto tx = get(env->write());
        auto pruned = get(prune_events(tx, at_ms(9999), std::chrono::milliseconds{0}, 8, from));
        get(tx.commit());
        done();
        from = pruned.resume.value_or(from);
      }
    },
    [this](size_t steps) {
      open();
      expect_sound();
      auto left = must(read().count(database::events));
      // A step looks at four events with their deliveries.
      EXPECT_LE(left, 20 - 4 * steps);
      EXPECT_EQ(left % 4, 0u);
      EXPECT_EQ(must(read().count(database::deliveries)), left);
      EXPECT_EQ(must(read().count(database::dead_letters)), left - 10);
    });
}

TEST_F(crash_points, of_a_migration_leave_the_old_schema_or_the_new) {
  for (uint32_t version = 1; version < schema_version; ++version) {
    auto fixture = fs::path{TOCSIN_FIXTURES} / ("schema_" + std::to_string(version));
    fs::remove_all(original_);
    fs::create_directory(original_);
    fs::copy(fixture / "data.mdb", original_);
    auto wanted = dump_after_migration(fixture, version);
    kill_everywhere(
      [this] {
        get(open_environment(options_));
        done();
      },
      [&](size_t) {
        open();
        expect_sound();
        EXPECT_EQ(dump(read()), wanted);
      });
  }
}

TEST_F(crash_points, of_compacting_leave_the_old_file_or_the_new) {
  kill_everywhere(
    [this] {
      get(compact(options_));
      done();
    },
    [this](size_t) {
      open();
      expect_sound();
      EXPECT_EQ(dump(read()), before_);
      EXPECT_EQ(names(), storage_files);
      env_.reset();
      // What is left of the last attempt is in nobody's way.
      must(compact(options_));
      open();
      EXPECT_EQ(dump(read()), before_);
    });
}

TEST_F(crash_points, of_a_backup_leave_a_whole_copy_or_none) {
  auto copy = directory_.path() / "copy.mdb";
  kill_everywhere(
    [&] {
      fs::remove(copy);
      auto view = get(store_view::open(options_.directory));
      get(view.copy_to(copy));
      done();
    },
    [&](size_t steps) {
      EXPECT_TRUE(steps == 0 || fs::exists(copy));
      if (fs::exists(copy)) {
        auto view = must(store_view::open(copy));
        EXPECT_EQ(must(view.check([](auto& fault) { ADD_FAILURE() << fault; })).faults, 0u);
      }
      open();
      EXPECT_EQ(dump(read()), before_);
      fs::remove(copy);
    });
}

/// The new file counts its commits from the beginning, as the journal of the old one did.
TEST_F(crash_points, of_compacting_leave_no_journal_of_another_file) {
  must(compact(options_));
  open();
  auto x = make_event(100, {channel_});
  delivery_id id{x.id.plus(1)};
  for (const command& each : {command{x}, command{cancel_delivery{id, at_ms(5000), "unwanted"}}}) {
    std::vector<commit_entry> entries(1);
    entries[0].commands = {each};
    must(commit_together(*env_, entries, nullptr, commit_way::journal));
  }
  keep_as_original();
  kill_everywhere(
    [this] {
      get(compact(options_));
      done();
    },
    [&](size_t) {
      open();
      auto found = must(delivery_repository{read()}.find(id));
      EXPECT_EQ(found.value().state, delivery_state::cancelled);
    });
}

TEST_F(crash_points, of_a_key_rotation_lose_no_secret_and_the_next_one_comes_to_its_end) {
  fs::remove_all(options_.directory);
  open();
  auto owner = put_admin("ops");
  auto key_file = options_.directory / "sealing.key";
  auto box = must(secret_box::open_key_file(key_file));
  for (uint32_t n = 0; n < 3; ++n) {
    channel x;
    x.id = channel_id{make_ulid(n, 200)};
    x.owner = owner;
    x.name = "channel " + std::to_string(n);
    apply_ok(put_channel{x, must(box.seal(x.name, to_string(x.id))), 0});
  }
  keep_as_original();
  auto expect_all_open = [&] {
    auto keys = must(secret_box::open_key_file(key_file));
    auto all = must(channel_repository{read()}.all());
    EXPECT_EQ(all.size(), 3u);
    for (auto& x : all)
      EXPECT_EQ(must(keys.open(x.sealed_settings, to_string(x.value.id))), x.value.name);
    return keys.key_count();
  };
  auto rotations = [this] { return must(audit_repository{read()}.list({}, {})).entries.size(); };
  kill_everywhere(
    [&] {
      auto env = get(open_environment(options_));
      get(rotate_key(*env, key_file, at_ms(5), 2));
      done();
    },
    [&](size_t) {
      open();
      auto keys = expect_all_open();
      auto is_old = must(secret_box::open_key_file(original_ / "sealing.key"))
                      .is_newest(must(channel_repository{read()}.all()).at(0).sealed_settings);
      // The old key is there until the log says that all is done.
      EXPECT_TRUE(is_old || keys == 2 || rotations() == 1);
      must(rotate_key(*env_, key_file, at_ms(6), 2));
      EXPECT_EQ(expect_all_open(), 1u);
      EXPECT_GE(rotations(), 1u);
      auto files = storage_files;
      files.insert("sealing.key");
      EXPECT_EQ(names(), files);
    });
}

} // namespace

} // namespace tocsin::storage
