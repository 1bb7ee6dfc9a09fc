#include "storage/engine/codec.hpp"
#include "storage/engine/schema.hpp"
#include "storage/upkeep/open_environment.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/process_memory.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>
#include <lmdb.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>

namespace tocsin::storage {

namespace {

using environment_test = storage_test;

/// Writes records of 1,000 bytes into `db` until one is refused.
failure fill(environment& env, database db, uint32_t& next) {
  for (;;) {
    auto tx = must(env.write());
    for (auto end = next + 100; next < end; ++next)
      if (auto put = tx.put(db, as_key(make_ulid(next)), std::string(1000, 'x')); !put) {
        EXPECT_EQ(code_of(tx.commit()), put.error().code);
        return put.error();
      }
    if (auto committed = tx.commit(); !committed)
      return committed.error();
  }
}

TEST_F(environment_test, commits_are_flushed_to_the_disk) {
  EXPECT_EQ(env_->flags() & (MDB_NOSYNC | MDB_NOMETASYNC | MDB_WRITEMAP | MDB_MAPASYNC), 0u);
  EXPECT_NE(env_->flags() & MDB_NOTLS, 0u);
  EXPECT_TRUE(env_->is_durable());
}

TEST_F(environment_test, what_was_committed_is_there_after_a_reopen) {
  auto node_id = must(find_node_id(read()));
  EXPECT_NE(node_id, ulid{});
  auto tx = must(env_->write());
  must(tx.put(database::meta, "k", "v"));
  must(tx.commit());
  reopen();
  EXPECT_EQ(must(find_node_id(read())), node_id);
  EXPECT_EQ(must(read().find(database::meta, "k")), "v");
}

TEST_F(environment_test, what_was_not_committed_is_gone) {
  {
    auto tx = must(env_->write());
    must(tx.put(database::meta, "k", "v"));
  }
  EXPECT_EQ(must(read().find(database::meta, "k")), std::nullopt);
}

TEST_F(environment_test, a_second_opener_is_refused_by_name) {
  auto second = open_environment(options_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::unavailable);
  EXPECT_NE(second.error().detail.find("is in use by process " + std::to_string(getpid())),
            std::string::npos)
    << second.error().detail;
  EXPECT_TRUE(read().find(database::meta, "k"));
}

TEST_F(environment_test, a_second_opener_waits_as_long_as_it_has_patience) {
  auto patient = options_;
  patient.opener_patience = std::chrono::milliseconds{30};
  EXPECT_EQ(code_of(open_environment(patient)), errc::unavailable);
  patient.opener_patience = std::chrono::minutes{1};
  std::atomic<bool> begins = false;
  std::shared_ptr<environment> second;
  std::thread other{[&] {
    begins = true;
    second = must(open_environment(patient));
  }};
  EXPECT_TRUE(eventually([&] { return begins.load(); }));
  env_.reset();
  other.join();
  EXPECT_TRUE(second);
}

TEST_F(environment_test, the_directory_is_closed_to_others) {
  namespace fs = std::filesystem;
  for (auto& path : {options_.directory, options_.directory / "data.mdb"})
    EXPECT_EQ(fs::status(path).permissions() & (fs::perms::group_all | fs::perms::others_all),
              fs::perms::none)
      << path;
}

TEST_F(environment_test, a_newer_schema_is_refused_and_left_alone) {
  auto tx = must(env_->write());
  must(tx.put(database::meta, "schema_version", byte_view{"\0\0\1\0", 4}));
  must(tx.commit());
  env_.reset();
  EXPECT_EQ(code_of(open_environment(options_)), errc::storage_too_new);
}

TEST_F(environment_test, a_broken_schema_version_is_refused) {
  auto tx = must(env_->write());
  must(tx.put(database::meta, "schema_version", "x"));
  must(tx.commit());
  env_.reset();
  EXPECT_EQ(code_of(open_environment(options_)), errc::storage_corrupt);
}

TEST_F(environment_test, pages_that_were_read_are_given_back) {
  constexpr uint64_t written_mib = 32;
  static constexpr uint64_t written = written_mib << 20;
  options_.max_resident_bytes = 1;
  reopen();
  {
    auto tx = must(env_->write());
    std::string value(1 << 20, 'v');
    for (uint64_t i = 0; i < written / value.size(); ++i)
      must(tx.put(database::events, std::to_string(i), value));
    must(tx.commit());
  }
  auto read_all = [this] {
    auto tx = read();
    auto at = must(tx.open_cursor(database::events));
    size_t sum = 0;
    for (auto found = must(at.first()); found; found = must(at.next()))
      sum += static_cast<size_t>(std::count(at.value().begin(), at.value().end(), 'v'));
    EXPECT_EQ(sum, written);
  };
  // The system may take some away by itself before they are given back.
  EXPECT_TRUE(eventually(
    [&] {
      read_all();
      auto before = memory_of(getpid()).file;
      env_->give_back_pages();
      return before > memory_of(getpid()).file + written_mib / 2;
    },
    std::chrono::seconds{10}));
  // They are read as before.
  read_all();
}

TEST_F(environment_test, only_one_write_transaction_is_given_out) {
  auto first = must(env_->write());
  EXPECT_EQ(code_of(env_->write()), errc::unavailable);
  EXPECT_EQ(code_of(env_->grow()), errc::unavailable);
  first.abort();
  EXPECT_TRUE(env_->write());
}

TEST_F(environment_test, tells_how_long_a_change_is_being_written) {
  using namespace std::chrono_literals;
  EXPECT_EQ(env_->write_duration(), 0ms);
  {
    auto tx = must(env_->write());
    EXPECT_TRUE(eventually([this] { return env_->write_duration() > 0ms; }));
    must(tx.commit());
  }
  EXPECT_EQ(env_->write_duration(), 0ms);
}

TEST_F(environment_test, a_nested_transaction_can_be_undone_by_itself) {
  auto outer = must(env_->write());
  must(outer.put(database::meta, "outer", "1"));
  {
    auto inner = must(outer.begin_nested());
    must(inner.put(database::meta, "undone", "1"));
  }
  auto inner = must(outer.begin_nested());
  must(inner.put(database::meta, "kept", "1"));
  must(inner.commit());
  must(outer.commit());
  auto tx = read();
  EXPECT_EQ(must(tx.find(database::meta, "outer")), "1");
  EXPECT_EQ(must(tx.find(database::meta, "undone")), std::nullopt);
  EXPECT_EQ(must(tx.find(database::meta, "kept")), "1");
}

TEST_F(environment_test, a_late_change_is_found_at_once_and_stored_with_the_commit) {
  {
    auto tx = must(env_->write());
    must(tx.put(database::meta, "k", "before"));
    must(tx.put(database::meta, "gone", "1"));
    must(tx.commit());
  }
  auto tx = must(env_->write());
  tx.put_late(database::meta, "k", "1");
  tx.put_late(database::meta, "k", "2");
  tx.erase_late(database::meta, "gone");
  EXPECT_EQ(must(tx.find(database::meta, "k")), "2");
  EXPECT_EQ(must(tx.find(database::meta, "gone")), std::nullopt);
  {
    auto at = must(tx.open_cursor(database::meta));
    EXPECT_TRUE(must(at.seek("k")));
    EXPECT_EQ(at.value(), "before");
  }
  must(tx.commit());
  EXPECT_EQ(must(read().find(database::meta, "k")), "2");
  EXPECT_EQ(must(read().find(database::meta, "gone")), std::nullopt);
}

TEST_F(environment_test, a_late_change_is_undone_with_its_transaction) {
  auto outer = must(env_->write());
  outer.put_late(database::meta, "k", "outer");
  {
    auto inner = must(outer.begin_nested());
    EXPECT_EQ(must(inner.find(database::meta, "k")), "outer");
    inner.erase_late(database::meta, "k");
    EXPECT_EQ(must(inner.find(database::meta, "k")), std::nullopt);
  }
  EXPECT_EQ(must(outer.find(database::meta, "k")), "outer");
  {
    auto inner = must(outer.begin_nested());
    inner.put_late(database::meta, "k", "inner");
    must(inner.commit());
  }
  EXPECT_EQ(must(outer.find(database::meta, "k")), "inner");
  outer.abort();
  EXPECT_EQ(must(read().find(database::meta, "k")), std::nullopt);
}

TEST_F(environment_test, readers_see_the_moment_they_began_at) {
  auto before = read();
  auto tx = must(env_->write());
  must(tx.put(database::meta, "k", "v"));
  must(tx.commit());
  EXPECT_EQ(must(before.find(database::meta, "k")), std::nullopt);
  EXPECT_EQ(must(read().find(database::meta, "k")), "v");
}

TEST_F(environment_test, readers_are_used_again) {
  for (int i = 0; i < 1000; ++i)
    read();
  EXPECT_LE(must(env_->sizes(read())).readers, 2u);
}

TEST_F(environment_test, too_many_readers_are_refused) {
  options_.max_readers = 4;
  options_.directory = directory_.path() / "few readers";
  reopen();
  std::vector<read_transaction> readers;
  for (int i = 0; i < 4; ++i)
    readers.push_back(read());
  EXPECT_EQ(code_of(env_->read()), errc::overloaded);
  readers.pop_back();
  EXPECT_TRUE(env_->read());
}

class small_environment_test : public storage_test {
protected:
  small_environment_test() {
    env_.reset();
    options_.directory = directory_.path() / "small";
    options_.map_size_bytes = uint64_t{2} << 20;
    options_.map_limit_bytes = uint64_t{6} << 20;
    options_.reader_patience = std::chrono::milliseconds{20};
    env_ = must(open_environment(options_));
  }
};

TEST_F(small_environment_test, a_full_map_is_refused_cleanly_and_grows_up_to_its_limit) {
  uint32_t next = 0;
  for (auto expected_map : {uint64_t{4} << 20, uint64_t{6} << 20}) {
    EXPECT_EQ(fill(*env_, database::events, next).code, errc::storage_full);
    auto committed = must(read().count(database::events));
    EXPECT_EQ(committed % 100, 0u);
    must(env_->grow());
    EXPECT_EQ(must(env_->sizes(read())).map_bytes, expected_map);
    EXPECT_EQ(must(read().count(database::events)), committed);
    next = static_cast<uint32_t>(committed);
  }
  EXPECT_EQ(fill(*env_, database::events, next).code, errc::storage_full);
  EXPECT_EQ(code_of(env_->grow()), errc::storage_full);
  EXPECT_LT(must(env_->sizes(read())).room_bytes(), uint64_t{1} << 20);
}

/// In a process of its own, as the limit cannot be lifted again.
TEST_F(small_environment_test, a_map_that_gets_no_address_space_stays_as_it_is) {
  env_.reset();
  options_.map_size_bytes = uint64_t{128} << 20;
  options_.map_limit_bytes = uint64_t{256} << 20;
  EXPECT_EXIT(
    {
      auto env = must(open_environment(options_));
      rlimit limit{};
      getrlimit(RLIMIT_AS, &limit);
      limit.rlim_cur = (memory_of(getpid()).address_space + 32) << 20;
      setrlimit(RLIMIT_AS, &limit);
      auto grown = env->grow();
      auto tx = must(env->write());
      must(tx.put(database::meta, "k", "v"));
      must(tx.commit());
      fprintf(stderr, "%s\n", grown ? "it grew" : grown.error().detail.c_str());
      _exit(0);
    },
    testing::ExitedWithCode(0), "address space");
}

TEST_F(small_environment_test, a_grown_map_is_as_large_after_a_reopen) {
  uint32_t next = 0;
  fill(*env_, database::events, next);
  must(env_->grow());
  auto tx = must(env_->write());
  must(tx.put(database::meta, "k", "v"));
  must(tx.commit());
  reopen();
  EXPECT_EQ(must(env_->sizes(read())).map_bytes, uint64_t{4} << 20);
}

TEST_F(small_environment_test, pages_of_removed_records_count_as_room) {
  uint32_t next = 0;
  fill(*env_, database::events, next);
  auto before = must(env_->sizes(read()));
  auto stored = must(read().count(database::events));
  for (uint32_t i = 0; i < stored;) {
    auto tx = must(env_->write());
    for (auto end = i + 100; i < end; ++i)
      must(tx.erase(database::events, as_key(make_ulid(i))));
    must(tx.commit());
  }
  auto after = must(env_->sizes(read()));
  EXPECT_GT(after.reusable_bytes, before.reusable_bytes + (uint64_t{1} << 20));
  EXPECT_GT(after.room_bytes(), before.room_bytes() + (uint64_t{1} << 20));
}

TEST_F(small_environment_test, pages_that_somebody_still_reads_are_no_room) {
  uint32_t next = 0;
  fill(*env_, database::events, next);
  auto erase_some = [&, i = uint32_t{0}]() mutable {
    for (auto end = i + 400; i < end;) {
      auto tx = must(env_->write());
      for (auto part = i + 100; i < part; ++i)
        must(tx.erase(database::events, as_key(make_ulid(i))));
      must(tx.commit());
    }
  };
  erase_some();
  auto before = must(env_->sizes(read()));
  {
    auto reader = read();
    erase_some();
    auto pinned = must(env_->sizes(read()));
    EXPECT_LE(pinned.reusable_bytes, before.reusable_bytes);
    EXPECT_GT(pinned.free_bytes, before.free_bytes + (uint64_t{256} << 10));
  }
  EXPECT_GT(must(env_->sizes(read())).reusable_bytes,
            before.reusable_bytes + (uint64_t{256} << 10));
}

TEST_F(small_environment_test, growing_gives_up_while_somebody_reads_on) {
  auto reader = read();
  EXPECT_EQ(code_of(env_->grow()), errc::unavailable);
  EXPECT_EQ(must(reader.find(database::meta, "k")), std::nullopt);
  EXPECT_TRUE(env_->read());
}

TEST_F(small_environment_test, a_thread_that_reads_on_does_not_keep_the_map_from_growing) {
  options_.reader_patience = std::chrono::seconds{5};
  reopen();
  auto reader = std::optional{read()};
  std::atomic<bool> begun = false;
  expected<void> grown;
  std::thread writer{[&] {
    begun = true;
    grown = env_->grow();
  }};
  while (!begun)
    std::this_thread::yield();
  // Long enough for the map to wait for this thread, which would wait for the map in turn.
  auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{200};
  while (std::chrono::steady_clock::now() < end)
    EXPECT_TRUE(env_->read());
  EXPECT_TRUE(env_->sizes(*reader));
  reader.reset();
  writer.join();
  EXPECT_TRUE(grown) << grown.error().detail;
}

TEST_F(small_environment_test, readers_go_on_while_the_map_grows) {
  options_.reader_patience = std::chrono::seconds{10};
  options_.map_limit_bytes = uint64_t{512} << 20;
  reopen();
  auto tx = must(env_->write());
  must(tx.put(database::meta, "k", "v"));
  must(tx.commit());
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> reads = 0;
  std::atomic<uint64_t> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      while (!stop) {
        // Long enough for the map to move underneath if nobody held it.
        auto reader = env_->read();
        for (int look = 0; look < 500; ++look)
          if (!reader || must(reader->find(database::meta, "k")) != "v")
            ++wrong;
        ++reads;
      }
    });
  for (int i = 0; i < 8; ++i) {
    must(env_->grow());
    for (auto seen = reads.load(); reads < seen + 100;)
      std::this_thread::yield();
  }
  stop = true;
  for (auto& thread : threads)
    thread.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(must(env_->sizes(read())).map_bytes, uint64_t{512} << 20);
}

} // namespace

} // namespace tocsin::storage
