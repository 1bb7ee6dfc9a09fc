#include "storage/files/secret_box.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace tocsin::storage {

namespace {

namespace fs = std::filesystem;

class secret_box_test : public testing::Test {
protected:
  secret_box open_box() { return must(secret_box::open_key_file(path_)); }

  std::string read_file() {
    std::ostringstream out;
    out << std::ifstream{path_}.rdbuf();
    return out.str();
  }

  void write_file(const std::string& text) {
    std::ofstream{path_} << text;
    fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write);
  }

  temporary_directory directory_;
  fs::path path_ = directory_.path() / "secret.key";
};

TEST_F(secret_box_test, opens_what_it_sealed) {
  auto box = open_box();
  for (auto* plain : {"", "x", R"({"password":"hunter2"})"}) {
    auto sealed = must(box.seal(plain, "channel"));
    EXPECT_EQ(must(box.open(sealed, "channel")), plain);
  }
}

TEST_F(secret_box_test, shows_nothing_of_what_it_sealed_and_never_seals_alike) {
  auto box = open_box();
  auto sealed = must(box.seal("hunter2", "channel"));
  EXPECT_EQ(sealed.find("hunter2"), std::string::npos);
  EXPECT_NE(sealed, must(box.seal("hunter2", "channel")));
}

TEST_F(secret_box_test, refuses_every_changed_byte_and_every_cut) {
  auto box = open_box();
  auto sealed = must(box.seal("hunter2", "channel"));
  for (size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(code_of(box.open(changed, "channel")), errc::bad_key) << i;
    EXPECT_EQ(code_of(box.open(sealed.substr(0, i), "channel")), errc::bad_key) << i;
  }
  EXPECT_EQ(code_of(box.open(sealed + "x", "channel")), errc::bad_key);
}

TEST_F(secret_box_test, refuses_to_open_a_secret_as_another_objects) {
  auto box = open_box();
  auto sealed = must(box.seal("hunter2", "channel"));
  EXPECT_EQ(code_of(box.open(sealed, "other")), errc::bad_key);
  EXPECT_EQ(code_of(box.open(sealed, "")), errc::bad_key);
}

TEST_F(secret_box_test, makes_its_key_once_and_for_its_owner_only) {
  auto sealed = must(open_box().seal("hunter2", "channel"));
  auto perms = fs::status(path_).permissions();
  EXPECT_EQ(perms, fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(read_file().size(), 65u);
  EXPECT_EQ(must(open_box().open(sealed, "channel")), "hunter2");
  EXPECT_EQ(std::distance(fs::directory_iterator{directory_.path()}, {}), 1);
}

TEST_F(secret_box_test, is_not_kept_from_its_key_by_what_a_killed_process_left) {
  auto draft = path_;
  draft += "." + std::to_string(getpid()) + ".new";
  std::ofstream{draft} << "half a k";
  open_box();
  EXPECT_EQ(read_file().size(), 65u);
  EXPECT_FALSE(fs::exists(draft));
  std::ofstream{draft} << "half a k";
  must(secret_box::put_new_key(path_));
  EXPECT_EQ(read_file().size(), 130u);
  EXPECT_FALSE(fs::exists(draft));
}

TEST_F(secret_box_test, removes_what_killed_processes_left_and_nothing_else) {
  open_box();
  for (auto* name : {"secret.key.1.new", "secret.key.4711.new", "secret.key.new",
                     "secret.key.old.new", "secret.key.2", "other.key.1.new"})
    std::ofstream{path_.parent_path() / name} << "a key";
  secret_box::remove_drafts(path_);
  std::set<std::string> left;
  for (auto& x : fs::directory_iterator{directory_.path()})
    left.insert(x.path().filename());
  EXPECT_FALSE(left.contains("secret.key.1.new"));
  EXPECT_FALSE(left.contains("secret.key.4711.new"));
  for (auto* name : {"secret.key.new", "secret.key.old.new", "secret.key.2", "other.key.1.new"})
    EXPECT_TRUE(left.contains(name)) << name;
}

TEST_F(secret_box_test, refuses_a_key_file_that_others_may_read) {
  open_box();
  for (auto perm : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write}) {
    fs::permissions(path_, fs::perms::owner_read | perm);
    EXPECT_EQ(code_of(secret_box::open_key_file(path_)), errc::bad_key);
  }
}

TEST_F(secret_box_test, refuses_what_is_no_key_file) {
  for (auto& text :
       {std::string{}, std::string{"abc\n"}, std::string(63, '0') + "\n",
        std::string(63, '0') + "g\n", std::string(64, '0') + "\n\n", std::string(65 * 70, '0')}) {
    write_file(text);
    EXPECT_EQ(code_of(secret_box::open_key_file(path_)), errc::bad_key) << text;
  }
}

TEST_F(secret_box_test, opens_under_an_old_key_and_seals_under_the_new_one) {
  auto old_box = open_box();
  auto sealed = must(old_box.seal("hunter2", "channel"));
  write_file(std::string(64, 'a') + "\n" + read_file());
  auto new_box = open_box();
  EXPECT_EQ(must(new_box.open(sealed, "channel")), "hunter2");
  auto sealed_anew = must(new_box.seal("hunter2", "channel"));
  EXPECT_EQ(code_of(old_box.open(sealed_anew, "channel")), errc::bad_key);
}

TEST_F(secret_box_test, leaves_a_key_file_that_root_rotates_to_its_owner) {
  if (geteuid() != 0)
    GTEST_SKIP() << "only root can give a file to somebody else";
  constexpr uid_t owner = 12345;
  constexpr gid_t group = 12346;
  auto expect_owner = [&](const char* when) {
    struct stat info {};
    ASSERT_EQ(stat(path_.c_str(), &info), 0) << when;
    EXPECT_EQ(info.st_uid, owner) << when;
    EXPECT_EQ(info.st_gid, group) << when;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << when;
  };
  open_box();
  ASSERT_EQ(chown(path_.c_str(), owner, group), 0);
  ASSERT_TRUE(secret_box::put_new_key(path_));
  expect_owner("a new key was put on top");
  ASSERT_TRUE(secret_box::drop_old_keys(path_));
  expect_owner("the old key was dropped");
}

} // namespace

} // namespace tocsin::storage
