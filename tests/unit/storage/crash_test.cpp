#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/event_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

namespace tocsin::storage {

namespace {

/// Processes that are killed in the middle of their work. LMDB must not live across a fork, so the
/// storage is closed before and each child opens it by itself.
class crash_test : public storage_test {
protected:
  crash_test() {
    channel_ = put_channel_of(put_admin("ops"), 1);
    env_.reset();
  }

  /// Runs `work` in a child, which must kill itself in there, and opens the storage again.
  void crash_in(const std::function<void(environment&)>& work) {
    auto child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto env = open_environment(options_);
      if (env)
        work(**env);
      _exit(1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "status " << status;
    env_ = must(open_environment(options_));
  }

  static void die() { raise(SIGKILL); }

  void apply_in(write_transaction& tx, const command& x) {
    if (!apply(tx, x))
      _exit(2);
  }

  uint64_t count(database db) { return must(read().count(db)); }

  channel_id channel_;
};

TEST_F(crash_test, a_kill_before_the_commit_leaves_nothing) {
  crash_in([this](environment& env) {
    auto tx = must(env.write());
    apply_in(tx, make_event(1, {channel_}));
    die();
  });
  EXPECT_EQ(count(database::events), 0u);
  EXPECT_EQ(count(database::deliveries), 0u);
  EXPECT_EQ(count(database::due), 0u);
  expect_sound();
}

TEST_F(crash_test, a_kill_after_the_commit_leaves_everything) {
  crash_in([this](environment& env) {
    auto tx = must(env.write());
    auto x = make_event(1, {channel_, channel_});
    apply_in(tx, x);
    apply_in(tx, make_attempt(x.id, 1, 1, channel_, delivery_state::delivered));
    if (!tx.commit())
      _exit(3);
    die();
  });
  EXPECT_EQ(count(database::events), 1u);
  EXPECT_EQ(count(database::deliveries), 2u);
  EXPECT_EQ(count(database::due), 1u);
  EXPECT_EQ(count(database::attempts), 1u);
  expect_sound();
}

TEST_F(crash_test, a_kill_between_two_commits_leaves_the_first_whole) {
  crash_in([this](environment& env) {
    for (uint32_t n = 1; n <= 2; ++n) {
      auto tx = must(env.write());
      apply_in(tx, make_event(n, {channel_}));
      if (n == 2)
        die();
      if (!tx.commit())
        _exit(3);
    }
  });
  EXPECT_EQ(count(database::events), 1u);
  expect_sound();
}

TEST_F(crash_test, a_killed_reader_and_writer_leave_no_lock_behind) {
  crash_in([](environment& env) {
    auto reader = must(env.read());
    auto writer = must(env.write());
    die();
  });
  // The one reader is that of `sizes` itself.
  EXPECT_EQ(must(env_->sizes(read())).readers, 1u);
  EXPECT_TRUE(env_->write());
}

/// What was told to be committed survives a kill at any moment.
TEST_F(crash_test, a_kill_at_any_moment_loses_nothing_that_was_committed) {
  for (uint32_t round = 0; round < 5; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    env_.reset();
    auto child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto env = must(open_environment(options_));
      for (uint32_t n = 1;; ++n) {
        auto tx = must(env->write());
        apply_in(tx, make_event(round * 10000 + n, {channel_}));
        if (!tx.commit() || write(pipe_ends[1], &n, sizeof(n)) != sizeof(n))
          _exit(3);
      }
    }
    close(pipe_ends[1]);
    // Kills it after a different number of commits each round, wherever it is by then.
    uint32_t last = 0;
    for (uint32_t seen = 0; seen < 3 + 2 * round; ++seen)
      ASSERT_EQ(::read(pipe_ends[0], &last, sizeof(last)), ssize_t{sizeof(last)});
    kill(child, SIGKILL);
    uint32_t n = 0;
    while (::read(pipe_ends[0], &n, sizeof(n)) == ssize_t{sizeof(n)})
      last = n;
    close(pipe_ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "status " << status;
    env_ = must(open_environment(options_));
    auto tx = read();
    for (uint32_t i = 1; i <= last; ++i) {
      event_id id{make_ulid((round * 10000 + i) * 100)};
      ASSERT_TRUE(must(event_repository{tx}.find(id))) << round << " " << i;
      ASSERT_TRUE(must(delivery_repository{tx}.find(delivery_id{id.plus(1)})));
    }
    expect_sound();
  }
}

} // namespace

} // namespace tocsin::storage
