#include "storage/files/journal.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <fstream>
#include <iterator>

namespace tocsin::storage {

namespace {

namespace fs = std::filesystem;

/// The file by itself: what is appended, what is read again, and what of it is void.
class journal_test : public testing::Test {
protected:
  journal_test() { EXPECT_EQ(read(7), ""); }

  void reopen() {
    journal_.reset();
    journal_.emplace(must(journal::open(directory_.path())));
  }

  std::string read(uint64_t commit) { return must(journal_->read(commit)); }

  /// The file as it is, and with other bytes.
  std::string content() const {
    std::ifstream in{file(), std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  void replace(const std::string& bytes) {
    std::ofstream{file(), std::ios::binary | std::ios::trunc} << bytes;
    reopen();
  }

  fs::path file() const { return directory_.path() / "journal"; }

  temporary_directory directory_;
  std::optional<journal> journal_{must(journal::open(directory_.path()))};
};

TEST_F(journal_test, gives_the_changes_of_the_commit_that_is_asked_for_in_their_order) {
  must(journal_->append(7, "one"));
  must(journal_->append(7, "two"));
  EXPECT_EQ(journal_->appended(), 2u);
  reopen();
  EXPECT_FALSE(journal_->has_room(1)) << "before it is known what it holds";
  EXPECT_EQ(read(8), "");
  reopen();
  EXPECT_EQ(read(7), "onetwo");
  EXPECT_TRUE(must(has_journal_for(directory_.path(), 7)));
  EXPECT_FALSE(must(has_journal_for(directory_.path(), 6)));
}

TEST_F(journal_test, goes_on_behind_what_it_has_read) {
  must(journal_->append(7, "one"));
  reopen();
  EXPECT_EQ(read(7), "one");
  must(journal_->append(7, "two"));
  reopen();
  EXPECT_EQ(read(7), "onetwo");
}

TEST_F(journal_test, forgets_an_earlier_commit_once_the_next_one_begins) {
  must(journal_->append(7, "long enough to be seen behind what comes next"));
  must(journal_->append(7, "two"));
  journal_->rewind();
  must(journal_->append(8, "three"));
  EXPECT_EQ(read(8), "three");
  reopen();
  EXPECT_EQ(read(7), "");
  reopen();
  EXPECT_EQ(read(8), "three");
}

/// A crash may leave any part of the entry that it cut off, and nothing else can differ.
TEST_F(journal_test, ends_before_an_entry_of_which_a_byte_is_not_its_own) {
  must(journal_->append(7, "one"));
  auto without = content();
  must(journal_->append(7, "two and more"));
  auto whole = content();
  size_t cut = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    if (whole[i] == without[i])
      continue;
    auto torn = whole;
    torn[i] = without[i];
    replace(torn);
    EXPECT_EQ(read(7), "one") << "byte " << i;
    ++cut;
  }
  EXPECT_GT(cut, 12u);
  replace(whole);
  EXPECT_EQ(read(7), "onetwo and more");
}

TEST_F(journal_test, says_that_an_entry_is_gone_which_it_took_itself) {
  must(journal_->append(7, "one"));
  must(journal_->append(7, "two"));
  std::fstream{file(), std::ios::binary | std::ios::in | std::ios::out}.seekp(30) << "XX";
  EXPECT_EQ(code_of(journal_->read(7)), errc::storage_corrupt);
}

TEST_F(journal_test, takes_no_more_than_its_file_holds) {
  std::string changes(1 << 20, 'c');
  size_t taken = 0;
  for (; journal_->has_room(changes.size()); ++taken)
    must(journal_->append(7, changes));
  EXPECT_EQ(taken, 3u) << "of four, less what stands before them";
  EXPECT_EQ(fs::file_size(file()), size_t{4} << 20);
  EXPECT_EQ(read(7).size(), 3 * changes.size());
  journal_->rewind();
  EXPECT_TRUE(journal_->has_room(changes.size()));
}

TEST_F(journal_test, is_made_whole_where_a_crash_left_a_part_of_the_file) {
  must(journal_->append(7, "one"));
  replace(content().substr(0, 100));
  EXPECT_EQ(read(7), "one");
  EXPECT_EQ(fs::file_size(file()), size_t{4} << 20);
  replace("");
  EXPECT_EQ(read(7), "");
  EXPECT_EQ(fs::file_size(file()), size_t{4} << 20);
}

/// An entry is begun only once the one before is flushed, so that no crash leaves this.
TEST_F(journal_test, is_refused_where_an_entry_is_damaged_that_others_follow) {
  for (auto* changes : {"one", "two", "three"})
    must(journal_->append(7, changes));
  auto whole = content();
  constexpr size_t head = 20;
  auto second = head + 3;
  for (size_t i = 0; i < 2 * second; ++i) {
    auto damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    replace(damaged);
    EXPECT_EQ(code_of(journal_->read(7)), errc::storage_corrupt) << "byte " << i;
    EXPECT_EQ(code_of(has_journal_for(directory_.path(), 7)), errc::storage_corrupt);
    EXPECT_EQ(content(), damaged);
  }
  // Of another commit it is void, damaged or not.
  EXPECT_EQ(must(journal_->read(8)), "");
}

TEST_F(journal_test, is_refused_where_it_is_cut_within_what_it_holds) {
  for (auto* changes : {"one", "two"})
    must(journal_->append(7, changes));
  auto whole = content();
  for (size_t size : {10, 22, 23, 30, 43, 45, 46, 60}) {
    replace(whole.substr(0, size));
    for (int tries = 0; tries < 2; ++tries, reopen())
      EXPECT_EQ(code_of(journal_->read(7)), errc::storage_corrupt) << size << " bytes";
  }
  replace(whole.substr(0, 66));
  EXPECT_EQ(read(7), "onetwo") << "its end can be seen";
}

TEST_F(journal_test, holds_nothing_any_more_once_it_is_void) {
  must(void_journal(directory_.path() / "other"));
  for (auto* changes : {"one", "two"})
    must(journal_->append(7, changes));
  must(void_journal(directory_.path()));
  EXPECT_EQ(content(), std::string(size_t{4} << 20, '\0'));
}

TEST_F(journal_test, that_is_not_there_holds_nothing) {
  EXPECT_FALSE(must(has_journal_for(directory_.path() / "other", 1)));
}

} // namespace

} // namespace tocsin::storage
