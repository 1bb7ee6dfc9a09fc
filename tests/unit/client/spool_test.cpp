#include "client/spool.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tocsin::client {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class spool_test : public testing::Test {
protected:
  std::unique_ptr<spool> open() {
    auto made = spool::open(settings);
    EXPECT_TRUE(made) << made.error().detail;
    return std::move(*made);
  }

  static std::vector<std::string> payloads(const spool& x, uint64_t after = 0) {
    std::vector<std::string> result;
    for (auto& entry : x.read_after(after, 1 << 20).value())
      result.push_back(entry.payload);
    return result;
  }

  static std::vector<uint64_t> keys(const spool& x) {
    std::vector<uint64_t> result;
    for (auto& entry : x.read_after(0, 1 << 20).value())
      result.push_back(entry.key);
    return result;
  }

  std::filesystem::path file() const { return settings.directory / "spool.mdb"; }

  temporary_directory directory;
  spool_config settings{directory.path() / "spool", 1 << 20, {}, {}};
};

TEST_F(spool_test, keeps_what_is_appended_in_its_order_over_a_restart) {
  EXPECT_EQ(open()->append({"a", "b"}).value(), 2u);
  auto again = open();
  EXPECT_EQ(again->append({"c"}).value(), 1u);
  EXPECT_THAT(payloads(*again), ElementsAre("a", "b", "c"));
  EXPECT_THAT(payloads(*again, 1), ElementsAre("b", "c"));
  EXPECT_EQ(again->last_key(), 3u);
}

TEST_F(spool_test, forgets_what_is_erased) {
  {
    auto x = open();
    ASSERT_TRUE(x->append({"a", "b", "c"}));
    ASSERT_TRUE(x->erase({1, 3}));
    // Erasing again changes nothing.
    ASSERT_TRUE(x->erase({1}));
  }
  EXPECT_THAT(keys(*open()), ElementsAre(2));
}

TEST_F(spool_test, gives_a_bounded_part_and_one_entry_at_least) {
  auto x = open();
  ASSERT_TRUE(x->append({"aaaa", "bbbb", "cccc"}));
  EXPECT_EQ(x->read_after(0, 1)->size(), 1u);
  EXPECT_EQ(x->read_after(0, 8)->size(), 2u);
  EXPECT_EQ(x->read_after(3, 8)->size(), 0u);
}

TEST_F(spool_test, takes_no_more_than_it_may_and_has_room_again_for_what_is_erased) {
  for (size_t size : {100u, 3'000u, 50'000u}) {
    settings.directory = directory.path() / std::to_string(size);
    auto x = open();
    std::string payload(size, 'x');
    // Small ones many at a time, as each append waits for the disk.
    auto fill = [&x, &payload](size_t most) {
      auto batch = std::max<size_t>(1, 20'000 / payload.size());
      size_t filled = 0;
      while (filled < most) {
        auto wanted = std::min(batch, most - filled);
        auto taken = x->append(std::vector<std::string_view>(wanted, payload)).value();
        filled += taken;
        if (taken < wanted)
          break;
      }
      return filled;
    };
    auto stored = fill(SIZE_MAX);
    EXPECT_GT(stored * size, settings.max_bytes / 2) << size;
    EXPECT_LE(stored * size, settings.max_bytes) << size;
    EXPECT_EQ(x->append({payload}).value(), 0u);
    // Full or not, it can be emptied and filled again, time after time.
    for (int round = 0; round < 5; ++round) {
      ASSERT_TRUE(x->erase(keys(*x))) << size;
      ASSERT_EQ(fill(stored), stored) << size << " in round " << round;
    }
    EXPECT_LE(std::filesystem::file_size(file()), 2 * settings.max_bytes) << size;
  }
}

TEST_F(spool_test, is_filled_again_although_its_free_pages_lie_apart) {
  settings.max_bytes = 16 << 20;
  auto x = open();
  std::vector<std::string> mixed;
  for (size_t i = 0; i < 100; ++i)
    mixed.emplace_back(100 + i * 7919 % 50'000, 'x');
  std::vector<std::string_view> batch{mixed.begin(), mixed.end()};
  while (x->append(batch).value() == batch.size())
    ;
  std::vector<uint64_t> second;
  for (uint64_t key = 2; key <= x->last_key(); key += 2)
    second.push_back(key);
  for (size_t i = 0; i < second.size(); i += 50)
    ASSERT_TRUE(
      x->erase({second.begin() + static_cast<ptrdiff_t>(i),
                second.begin() + static_cast<ptrdiff_t>(std::min(i + 50, second.size()))}));
  std::string payload(60'000, 'x');
  batch.assign(10, payload);
  while (x->append(batch).value() == batch.size())
    ;
  size_t stored = 0;
  for (auto& entry : x->read_after(0, SIZE_MAX).value())
    stored += entry.payload.size();
  // What is missing are the ends of pages, and room for one more.
  EXPECT_GT(stored, settings.max_bytes / 100 * 90);
}

TEST_F(spool_test, can_be_emptied_after_its_limit_was_lowered) {
  settings.max_bytes = 16 << 20;
  std::string payload(50'000, 'x');
  {
    auto x = open();
    while (x->append(std::vector<std::string_view>(50, payload)).value() == 50)
      ;
  }
  settings.max_bytes /= 4;
  auto x = open();
  // It is full, and stays so until enough is gone.
  EXPECT_EQ(x->append({"more"}).value(), 0u);
  std::vector<uint64_t> all;
  for (auto& entry : x->read_after(0, SIZE_MAX).value())
    all.push_back(entry.key);
  ASSERT_GT(all.size(), 200u);
  auto erased = x->erase(all);
  ASSERT_TRUE(erased) << erased.error().detail;
  EXPECT_THAT(keys(*x), IsEmpty());
  EXPECT_EQ(x->append({"more"}).value(), 1u);
}

TEST_F(spool_test, remembers_how_full_it_is) {
  std::string half(settings.max_bytes / 2, 'x');
  EXPECT_EQ(open()->append({half}).value(), 1u);
  EXPECT_EQ(open()->append({half}).value(), 0u);
}

TEST_F(spool_test, stores_the_first_of_many_where_not_all_fit) {
  std::string third(settings.max_bytes / 3, 'x');
  EXPECT_EQ(open()->append({third, third, third, "small"}).value(), 2u);
  EXPECT_THAT(keys(*open()), ElementsAre(1, 2));
}

TEST_F(spool_test, has_one_user_at_a_time) {
  auto first = open();
  auto second = spool::open(settings);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, errc::unavailable);
  first.reset();
  EXPECT_TRUE(spool::open(settings));
}

TEST_F(spool_test, is_for_its_owner_alone) {
  open();
  struct stat found {};
  ASSERT_EQ(stat(settings.directory.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0700u);
  ASSERT_EQ(stat(file().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
}

TEST_F(spool_test, makes_all_directories_that_are_missing_for_its_owner_alone) {
  auto outer = directory.path() / "a";
  settings.directory = outer / "b" / "c";
  open();
  for (const auto& each : {outer, outer / "b", settings.directory}) {
    struct stat found {};
    ASSERT_EQ(stat(each.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0700u) << each;
  }
}

TEST_F(spool_test, survives_a_kill_before_and_after_a_commit) {
  auto child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto x = spool::open(settings);
    if (!x || !(*x)->append({"a"}) || !(*x)->append({std::string(100'000, 'b')}))
      _exit(1);
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << status;
  EXPECT_THAT(payloads(*open()), ElementsAre("a", std::string(100'000, 'b')));
}

TEST_F(spool_test, tolerates_a_torn_tail) {
  open()->append({"a", "b"}).value();
  // What a write that never got to its commit leaves behind the last committed page.
  std::ofstream{file(), std::ios::app | std::ios::binary} << std::string(10'000, '\xff');
  auto x = open();
  EXPECT_THAT(payloads(*x), ElementsAre("a", "b"));
  EXPECT_EQ(x->append({"c"}).value(), 1u);
  EXPECT_THAT(payloads(*x), ElementsAre("a", "b", "c"));
}

TEST_F(spool_test, says_that_a_file_that_has_lost_its_end_is_damaged) {
  open()->append({std::string(100'000, 'x'), std::string(1'000, 'y')}).value();
  for (auto size : {40'960u, 12'288u, 8'192u}) {
    std::filesystem::resize_file(file(), size);
    auto x = spool::open(settings);
    ASSERT_FALSE(x) << size;
    EXPECT_EQ(x.error().code, errc::storage_corrupt) << x.error().detail;
    EXPECT_THAT(x.error().detail, HasSubstr(settings.directory.string()));
  }
}

TEST_F(spool_test, refuses_a_file_that_is_none_of_its_own) {
  std::filesystem::create_directories(settings.directory);
  std::ofstream{file()} << std::string(8'192, 'x');
  auto x = spool::open(settings);
  ASSERT_FALSE(x);
  EXPECT_EQ(x.error().code, errc::storage_corrupt);
}

TEST_F(spool_test, names_a_directory_that_cannot_be_made) {
  settings.directory = "/dev/null/spool";
  auto x = spool::open(settings);
  ASSERT_FALSE(x);
  EXPECT_EQ(x.error().code, errc::storage_io);
  EXPECT_THAT(x.error().detail, HasSubstr("/dev/null/spool"));
}

} // namespace

} // namespace tocsin::client
