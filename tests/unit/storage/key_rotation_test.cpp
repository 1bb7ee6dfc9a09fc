#include "storage/repositories/audit_repository.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/upkeep/key_rotation.hpp"
#include "tests/support/directory_bytes.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

namespace tocsin::storage {

namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream out;
  out << std::ifstream{path, std::ios::binary}.rdbuf();
  return out.str();
}

/// Seven channels whose settings are sealed.
class key_rotation_test : public storage_test {
protected:
  key_rotation_test() {
    auto owner = put_admin("ops");
    auto box = open_box();
    for (uint32_t n = 0; n < channels; ++n) {
      channel x;
      x.id = channel_id{make_ulid(n, 200)};
      x.owner = owner;
      x.name = fmt::format("channel {}", n);
      apply_ok(put_channel{x, must(box.seal(settings_of(n), to_string(x.id))), 0});
    }
  }

  static std::string settings_of(uint32_t n) {
    return fmt::format(R"({{"password":"hunter-number-{}"}})", n);
  }

  secret_box open_box() { return must(secret_box::open_key_file(key_file_)); }

  /// How many keys the file holds.
  size_t keys() const {
    auto text = content_of(key_file_);
    return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  void expect_all_open() {
    auto box = open_box();
    for (uint32_t n = 0; n < channels; ++n) {
      auto x = must(channel_repository{read()}.find(channel_id{make_ulid(n, 200)})).value();
      EXPECT_EQ(must(box.open(x.sealed_settings, to_string(x.value.id))), settings_of(n));
      EXPECT_EQ(x.value.revision, 1u);
    }
  }

  size_t newest() {
    auto box = open_box();
    auto all = must(channel_repository{read()}.all());
    return static_cast<size_t>(std::count_if(
      all.begin(), all.end(), [&](auto& x) { return box.is_newest(x.sealed_settings); }));
  }

  static constexpr uint32_t channels = 7;
  std::filesystem::path key_file_ = directory_.path() / "sealing.key";
};

TEST_F(key_rotation_test, seals_everything_with_a_new_key_and_drops_the_old_one) {
  auto old_key = content_of(key_file_);
  EXPECT_EQ(must(rotate_key(*env_, key_file_, at_ms(5), 3)), channels);
  EXPECT_EQ(keys(), 1u);
  EXPECT_NE(content_of(key_file_), old_key);
  EXPECT_EQ(std::filesystem::status(key_file_).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(newest(), channels);
  expect_all_open();
  auto log = must(audit_repository{read()}.list({}, {})).entries;
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log[0].action, "key.rotate");
  reopen();
  expect_all_open();
  expect_sound();
}

TEST_F(key_rotation_test, opens_with_the_new_key_alone) {
  auto old_key = content_of(key_file_);
  must(rotate_key(*env_, key_file_, at_ms(5)));
  std::ofstream{key_file_} << old_key;
  auto box = open_box();
  auto x = must(channel_repository{read()}.find(channel_id{make_ulid(0, 200)})).value();
  EXPECT_EQ(code_of(box.open(x.sealed_settings, to_string(x.value.id))), errc::bad_key);
}

TEST_F(key_rotation_test, can_be_cut_off_after_every_step_and_brought_to_its_end) {
  must(secret_box::put_new_key(key_file_));
  EXPECT_EQ(keys(), 2u);
  reopen();
  expect_all_open();
  channel_id from;
  for (size_t done = 1; done < channels; ++done) {
    auto box = open_box();
    auto tx = must(env_->write());
    auto step = must(reseal(tx, box, 1, from));
    must(tx.commit());
    from = step.resume.value();
    reopen();
    EXPECT_EQ(newest(), done);
    expect_all_open();
  }
  must(rotate_key(*env_, key_file_, at_ms(5), 2));
  EXPECT_EQ(keys(), 1u);
  EXPECT_EQ(newest(), channels);
  expect_all_open();
}

TEST_F(key_rotation_test, makes_a_new_key_also_where_an_earlier_one_was_left_over) {
  must(secret_box::put_new_key(key_file_));
  {
    auto tx = must(env_->write());
    must(reseal(tx, open_box(), channels));
    must(tx.commit());
  }
  auto left_over = content_of(key_file_).substr(0, 64);
  EXPECT_EQ(must(rotate_key(*env_, key_file_, at_ms(5), 3)), channels);
  EXPECT_EQ(content_of(key_file_).find(left_over), std::string::npos);
  EXPECT_EQ(keys(), 1u);
  EXPECT_EQ(newest(), channels);
  expect_all_open();
  EXPECT_EQ(must(audit_repository{read()}.list({}, {})).entries.size(), 2u);
}

TEST_F(key_rotation_test, makes_no_key_file) {
  std::filesystem::remove(key_file_);
  EXPECT_EQ(code_of(rotate_key(*env_, key_file_, at_ms(5))), errc::storage_io);
  EXPECT_FALSE(std::filesystem::exists(key_file_));
}

TEST_F(key_rotation_test, names_the_channel_that_cannot_be_opened_and_seals_the_others) {
  channel x;
  x.id = channel_id{make_ulid(100, 200)};
  x.owner = {recipient_kind::admin, "ops"};
  x.name = "sealed by others";
  apply_ok(put_channel{x, std::string(60, 's'), 0});
  for (int run = 0; run < 2; ++run) {
    auto refused = rotate_key(*env_, key_file_, at_ms(5), 3);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::bad_key);
    EXPECT_NE(refused.error().detail.find(to_string(x.id)), std::string::npos)
      << refused.error().detail;
    EXPECT_EQ(keys(), 2u) << "the old key is still needed, and one new key is enough";
    EXPECT_NE(refused.error().detail.find("all others are sealed"), std::string::npos);
    EXPECT_EQ(refused.error().detail.find("No new key was made") != std::string::npos, run == 1)
      << refused.error().detail;
    EXPECT_EQ(newest(), channels);
    expect_all_open();
  }
  auto log = must(audit_repository{read()}.list({}, {})).entries;
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[0].after, R"({"stuck_channels":1})");
  apply_ok(remove_channel{x.id, {}});
  EXPECT_EQ(must(rotate_key(*env_, key_file_, at_ms(6), 3)), channels);
  EXPECT_EQ(keys(), 1u);
  expect_all_open();
}

TEST_F(key_rotation_test, speaks_of_no_others_where_there_are_none) {
  for (uint32_t n = 0; n < channels; ++n)
    apply_ok(remove_channel{channel_id{make_ulid(n, 200)}, {}});
  channel x;
  x.id = channel_id{make_ulid(100, 200)};
  x.owner = {recipient_kind::admin, "ops"};
  x.name = "sealed by others";
  apply_ok(put_channel{x, std::string(60, 's'), 0});
  auto refused = rotate_key(*env_, key_file_, at_ms(5));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail.find("others"), std::string::npos) << refused.error().detail;
}

TEST_F(key_rotation_test, replaces_the_file_that_a_link_leads_to) {
  auto place = directory_.path() / "elsewhere.key";
  std::filesystem::rename(key_file_, place);
  std::filesystem::create_symlink(place, key_file_);
  auto old_key = content_of(place);
  must(rotate_key(*env_, key_file_, at_ms(5), 3));
  EXPECT_TRUE(std::filesystem::is_symlink(key_file_));
  EXPECT_NE(content_of(place), old_key);
  expect_all_open();
}

TEST_F(key_rotation_test, leaves_no_secret_in_clear_in_the_raw_files) {
  must(rotate_key(*env_, key_file_, at_ms(5)));
  env_.reset();
  auto bytes = bytes_below(options_.directory, {key_file_.filename().string()});
  ASSERT_NE(bytes.find("channel 3"), std::string::npos) << "this is not the storage";
  EXPECT_EQ(bytes.find("hunter-number"), std::string::npos);
  auto key = content_of(key_file_).substr(0, 64);
  EXPECT_EQ(bytes.find(key), std::string::npos);
}

} // namespace

} // namespace tocsin::storage
