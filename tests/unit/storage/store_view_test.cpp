#include "storage/engine/codec.hpp"
#include "storage/engine/schema.hpp"
#include "storage/upkeep/compaction.hpp"
#include "storage/upkeep/prune_events.hpp"
#include "storage/upkeep/store_view.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tocsin::storage {

namespace {

namespace fs = std::filesystem;

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr size_t page_bytes = 4096;

/// A storage with some hundred events. What looks at it is another process where it is open, as
/// LMDB wants it.
class store_view_test : public storage_test {
protected:
  store_view_test() {
    channel_ = put_channel_of(put_admin("ops"), 1);
    accept(300);
  }

  void accept(uint32_t count) {
    auto tx = must(env_->write());
    for (uint32_t i = 0; i < count; ++i) {
      auto x = make_event(next_++, {channel_, channel_});
      // Some values lie on pages of their own.
      x.value.details = std::string(i % 10 == 0 ? 6000 : 100, 'd');
      must(apply(tx, x));
      must(apply(tx, make_attempt(x.id, 1, 1, channel_, delivery_state::dead_letter)));
    }
    must(tx.commit());
  }

  void close() { env_.reset(); }

  fs::path file() const { return options_.directory / "data.mdb"; }

  struct findings {
    store_report report;
    std::vector<std::string> faults;
  };

  static expected<findings> try_check(const fs::path& path) {
    auto view = store_view::open(path);
    if (!view)
      return view.error();
    findings result;
    auto report = view->check([&](const std::string& x) { result.faults.push_back(x); });
    if (!report)
      return report.error();
    result.report = *report;
    EXPECT_EQ(result.report.faults, result.faults.size());
    return result;
  }

  /// Whether `work` says so, in a child: it may open what this process has open.
  static bool holds_in_child(const std::function<bool()>& work) {
    auto child = fork();
    if (child == 0) {
      auto ok = false;
      try {
        ok = work();
      } catch (const std::exception& error) {
        fprintf(stderr, "%s\n", error.what());
      }
      _exit(ok && !testing::Test::HasFailure() ? 0 : 1);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status)
           && WEXITSTATUS(status) == 0;
  }

  /// Stores every event again, as it is, so that all their pages are freed and reused.
  void rewrite_events() {
    auto tx = must(env_->write());
    for (uint32_t n = 1; n < next_; ++n) {
      event_id id{make_ulid(n * 100)};
      must(tx.put(database::events, as_key(id),
                  std::string{must(tx.find(database::events, as_key(id))).value()}));
    }
    must(tx.commit());
  }

  /// Whether a child finds no fault in the storage `path`, whose events are written meanwhile.
  bool stays_sound_while_written(const fs::path& path) {
    auto child = fork();
    if (child == 0) {
      auto is_sound = true;
      for (int i = 0; i < 20 && is_sound; ++i) {
        auto found = try_check(path);
        is_sound = found && found->faults.empty();
      }
      _exit(is_sound ? 0 : 1);
    }
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0)
      rewrite_events();
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  std::string content() const {
    std::ifstream in{file(), std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  void write_content(const std::string& bytes) const {
    std::ofstream{file(), std::ios::binary | std::ios::trunc} << bytes;
  }

  channel_id channel_;
  uint32_t next_ = 1;
};

TEST_F(store_view_test, finds_a_sound_storage_sound) {
  close();
  auto found = must(try_check(options_.directory));
  EXPECT_THAT(found.faults, IsEmpty());
  // Events, deliveries, due entries, attempts, dead letters; channel, name, count, admin, the hour.
  EXPECT_EQ(found.report.entries, 300u * 6 + 5);
  EXPECT_GT(found.report.pages, 100u);
}

TEST_F(store_view_test, leaves_nothing_in_a_directory_that_nobody_uses) {
  close();
  fs::remove(options_.directory / "lock.mdb");
  fs::remove(options_.directory / "tocsin.lock");
  must(try_check(options_.directory));
  EXPECT_FALSE(fs::exists(options_.directory / "lock.mdb"));
  EXPECT_FALSE(fs::exists(options_.directory / "tocsin.lock"));
}

TEST_F(store_view_test, looks_at_a_storage_that_is_open_elsewhere) {
  EXPECT_TRUE(
    holds_in_child([this] { return must(try_check(options_.directory)).faults.empty(); }));
  EXPECT_TRUE(holds_in_child([this] {
    auto stats = must(must(store_view::open(options_.directory)).stats());
    return stats.readers.size() == 0 && stats.schema_version == schema_version;
  }));
  // Its slot is free again.
  EXPECT_LE(must(env_->sizes(read())).readers, 2u);
  accept(1);
}

TEST_F(store_view_test, finds_a_storage_sound_while_it_is_written) {
  EXPECT_TRUE(stays_sound_while_written(options_.directory));
}

TEST_F(store_view_test, finds_a_storage_sound_that_is_named_by_its_file_while_it_is_written) {
  auto link = directory_.path() / "link.mdb";
  fs::create_symlink(file(), link);
  EXPECT_TRUE(stays_sound_while_written(file()));
  EXPECT_TRUE(stays_sound_while_written(link));
}

TEST_F(store_view_test, names_readers_of_other_processes) {
  auto reader = read();
  EXPECT_TRUE(holds_in_child([this] {
    auto stats = must(must(store_view::open(options_.directory)).stats());
    return stats.readers.size() == 1 && stats.readers[0].process == static_cast<uint64_t>(getppid())
           && stats.readers[0].transaction.has_value();
  }));
}

TEST_F(store_view_test, tells_how_much_each_database_takes) {
  auto node = must(find_node_id(read()));
  close();
  auto stats = must(must(store_view::open(options_.directory)).stats());
  EXPECT_EQ(stats.schema_version, schema_version);
  EXPECT_EQ(stats.node_id, node);
  EXPECT_EQ(stats.page_bytes, page_bytes);
  EXPECT_EQ(stats.file_bytes, fs::file_size(file()));
  EXPECT_EQ(stats.map_bytes, options_.map_size_bytes);
  ASSERT_EQ(stats.databases.size(), database_count);
  uint64_t pages = 2;
  for (auto& x : stats.databases) {
    pages += x.pages;
    if (x.name == "events") {
      EXPECT_EQ(x.entries, 300u);
    }
    if (x.name == "dead_letters") {
      EXPECT_EQ(x.entries, 300u);
    }
  }
  EXPECT_LT(pages + stats.free_pages, stats.used_pages);
  EXPECT_GT(pages + stats.free_pages + 5, stats.used_pages);
}

TEST_F(store_view_test, refuses_what_is_no_storage) {
  close();
  EXPECT_EQ(code_of(store_view::open(options_.directory / "none")), errc::not_found);
  auto good = content();
  for (auto& bad : {std::string{}, std::string{"x"}, std::string(5000, 'x'),
                    std::string(20000, '\0'), good.substr(0, 100), good.substr(0, page_bytes)}) {
    write_content(bad);
    auto found = try_check(options_.directory);
    ASSERT_FALSE(found) << bad.size();
    EXPECT_EQ(found.error().code, errc::storage_corrupt);
    EXPECT_THAT(found.error().detail, HasSubstr("data.mdb"));
  }
}

TEST_F(store_view_test, refuses_another_file_format) {
  close();
  auto bytes = content();
  uint32_t version = 999;
  for (auto at : {size_t{20}, page_bytes + 20})
    bytes.replace(at, sizeof(version), reinterpret_cast<const char*>(&version), sizeof(version));
  write_content(bytes);
  EXPECT_EQ(code_of(store_view::open(options_.directory)), errc::storage_too_new);
}

TEST_F(store_view_test, finds_a_file_cut_off_at_any_page) {
  close();
  auto good = content();
  auto pages = good.size() / page_bytes;
  for (size_t kept = 2; kept < pages; kept += 1 + kept / 4) {
    write_content(good.substr(0, kept * page_bytes + 17));
    auto found = must(try_check(options_.directory));
    EXPECT_THAT(found.faults, Contains(HasSubstr("is cut off"))) << kept;
    EXPECT_EQ(code_of(must(store_view::open(options_.directory)).stats()), errc::storage_corrupt);
    auto opened = open_environment(options_);
    ASSERT_FALSE(opened) << kept;
    EXPECT_EQ(opened.error().code, errc::storage_corrupt);
  }
}

/// The newer of the two meta pages says where the trees begin; of the others every one that is in
/// use must be missed when it is overwritten.
TEST_F(store_view_test, survives_and_finds_damaged_pages) {
  close();
  // It leaves no page free: those may hold anything.
  must(compact(options_));
  auto good = content();
  auto pages = good.size() / page_bytes;
  std::mt19937_64 random{20260329};
  size_t found_faults = 0;
  for (int round = 0; round < 150; ++round) {
    auto bad = good;
    auto page = 2 + random() % (pages - 2);
    auto at = page * page_bytes;
    if (round % 3 == 0)
      bad.replace(at, page_bytes, page_bytes, '\0');
    else if (round % 3 == 1)
      bad.replace(at, page_bytes, good, (2 + random() % (pages - 2)) * page_bytes, page_bytes);
    else
      for (int i = 0; i < 4; ++i)
        bad[at + random() % 64] = static_cast<char>(random());
    write_content(bad);
    auto found = try_check(options_.directory);
    found_faults += !found || !found->faults.empty();
  }
  // A page may take the place of its like, and single bytes may be ones that say nothing.
  EXPECT_GT(found_faults, 100u);
}

TEST_F(store_view_test, finds_records_that_contradict_each_other) {
  {
    auto tx = must(env_->write());
    must(tx.erase(database::due_counts,
                  std::string_view{reinterpret_cast<const char*>(channel_.bytes.data()),
                                   channel_.bytes.size()}));
    must(tx.commit());
  }
  close();
  auto found = must(try_check(options_.directory));
  EXPECT_EQ(found.report.faults, 301u);
  EXPECT_THAT(found.faults, Contains(HasSubstr("lacks its count")));
}

TEST_F(store_view_test, says_of_an_older_schema_that_its_records_wait_for_the_migration) {
  close();
  fs::copy(TOCSIN_FIXTURES "/schema_2/data.mdb", file(), fs::copy_options::overwrite_existing);
  auto found = try_check(options_.directory);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::conflict);
  EXPECT_THAT(found.error().detail, HasSubstr("schema version 2"));
  EXPECT_EQ(must(must(store_view::open(options_.directory)).stats()).schema_version, 2u);
}

// -- backup
// ----------------------------------------------------------------------------------------

TEST_F(store_view_test, copies_a_storage_that_is_being_written) {
  auto copy = directory_.path() / "copy.mdb";
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  auto child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto view = store_view::open(options_.directory);
    char go = 0;
    auto begun = ::read(ends[0], &go, 1) == 1;
    _exit(begun && view && view->copy_to(copy) ? 0 : 1);
  }
  int status = 0;
  for (int i = 0; waitpid(child, &status, WNOHANG) == 0; ++i) {
    accept(20);
    if (i == 2) {
      ASSERT_EQ(write(ends[1], "x", 1), 1);
    }
  }
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  auto found = must(try_check(copy));
  EXPECT_THAT(found.faults, IsEmpty());
  EXPECT_GE(found.report.entries, 360u * 6);
}

TEST_F(store_view_test, keeps_a_copy_from_the_eyes_of_others_and_overwrites_nothing) {
  close();
  auto view = must(store_view::open(options_.directory));
  auto copy = directory_.path() / "copy.mdb";
  auto before = umask(0);
  auto bytes = must(view.copy_to(copy));
  umask(before);
  struct stat info {};
  ASSERT_EQ(stat(copy.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(static_cast<uint64_t>(info.st_size), bytes);
  EXPECT_EQ(code_of(view.copy_to(copy)), errc::already_exists);
  EXPECT_EQ(code_of(view.copy_to(directory_.path() / "none" / "copy.mdb")), errc::storage_io);
  // No drafts are left.
  EXPECT_EQ(std::distance(fs::directory_iterator{directory_.path()}, fs::directory_iterator{}), 2);
}

TEST_F(store_view_test, leaves_nothing_of_a_copy_that_is_killed) {
  auto probe = open(directory_.path().c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (probe < 0)
    GTEST_SKIP() << "the file system has no files without a name";
  ::close(probe);
  close();
  auto child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // The kernel kills it as it writes the third page.
    rlimit most{8192, 8192};
    setrlimit(RLIMIT_FSIZE, &most);
    std::signal(SIGXFSZ, SIG_DFL);
    auto view = store_view::open(options_.directory);
    _exit(view && view->copy_to(directory_.path() / "copy.mdb") ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
  EXPECT_EQ(WTERMSIG(status), SIGXFSZ);
  // The storage alone.
  EXPECT_EQ(std::distance(fs::directory_iterator{directory_.path()}, fs::directory_iterator{}), 1);
}

TEST_F(store_view_test, says_where_a_copy_with_a_relative_name_found_no_room) {
  close();
  EXPECT_TRUE(holds_in_child([this] {
    // A file that grows too large is told of and ends nobody.
    signal(SIGXFSZ, SIG_IGN);
    rlimit small{page_bytes, page_bytes};
    fs::current_path(directory_.path());
    auto view = must(store_view::open(options_.directory));
    setrlimit(RLIMIT_FSIZE, &small);
    auto copied = view.copy_to("b.mdb");
    EXPECT_FALSE(copied);
    EXPECT_THAT(copied.error().detail, HasSubstr(" in " + directory_.path().string()));
    return !copied;
  }));
}

TEST_F(store_view_test, a_copy_serves_as_a_storage) {
  close();
  auto copy = directory_.path() / "restored" / "data.mdb";
  fs::create_directory(copy.parent_path());
  must(must(store_view::open(options_.directory)).copy_to(copy));
  options_.directory = copy.parent_path();
  env_ = must(open_environment(options_));
  expect_sound();
  EXPECT_EQ(must(read().count(database::events)), 300u);
  accept(1);
}

// -- compacting
// ------------------------------------------------------------------------------------

TEST_F(store_view_test, a_compact_storage_is_smaller_and_holds_the_same) {
  accept(2000);
  {
    auto tx = must(env_->write());
    for (uint32_t n = 1; n <= 2000; ++n) {
      event_id id{make_ulid(n * 100)};
      // What is owed is cancelled, so that the event can go.
      must(apply(tx, cancel_delivery{delivery_id{id.plus(2)}, at_ms(9000)}));
    }
    must(prune_events(tx, at_ms(9001), std::chrono::milliseconds{0}, 10000));
    must(tx.commit());
  }
  auto before = must(read().count(database::events));
  EXPECT_LT(before, 2300u);
  close();
  auto done = must(compact(options_));
  EXPECT_LT(done.after_bytes, done.before_bytes / 2);
  EXPECT_EQ(fs::file_size(file()), done.after_bytes);
  EXPECT_FALSE(fs::exists(options_.directory / "data.mdb.compact"));
  env_ = must(open_environment(options_));
  EXPECT_EQ(must(read().count(database::events)), before);
  expect_sound();
  accept(1);
}

TEST_F(store_view_test, nothing_is_compacted_that_somebody_has_open) {
  EXPECT_EQ(code_of(compact(options_)), errc::unavailable);
  close();
  {
    auto view = must(store_view::open(options_.directory));
    EXPECT_EQ(code_of(compact(options_)), errc::unavailable);
  }
  EXPECT_TRUE(compact(options_));
  options_.directory /= "none";
  EXPECT_EQ(code_of(compact(options_)), errc::not_found);
  EXPECT_FALSE(fs::exists(options_.directory));
}

TEST_F(store_view_test, a_damaged_storage_is_not_compacted) {
  close();
  auto bytes = content();
  auto meta = must(must(data_file::open(file())).last_commit());
  bytes.replace(meta.main.root * page_bytes, page_bytes, page_bytes, 'x');
  write_content(bytes);
  EXPECT_EQ(code_of(compact(options_)), errc::storage_corrupt);
  EXPECT_EQ(content(), bytes);
  EXPECT_FALSE(fs::exists(options_.directory / "data.mdb.compact"));
}

} // namespace

} // namespace tocsin::storage
