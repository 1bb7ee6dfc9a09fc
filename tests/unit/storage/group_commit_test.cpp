#include "storage/commands/group_commit.hpp"
#include "storage/records/recipient_key.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

namespace tocsin::storage {

namespace {

/// Which entries of a commit are refused, and for what.
class group_commit_test : public storage_test {
protected:
  group_commit_test() {
    env_.reset();
    options_.directory = directory_.path() / "small";
    options_.map_size_bytes = uint64_t{1} << 20;
    options_.map_limit_bytes = uint64_t{1} << 20;
    options_.reader_patience = std::chrono::milliseconds{20};
    env_ = must(open_environment(options_));
  }

  /// An event of `bytes` for nobody, and an admin.
  std::vector<commit_entry> event_and_admin(size_t bytes = 10) {
    std::vector<commit_entry> result(2);
    accept_event event;
    event.id = event_id{make_ulid(1)};
    event.value.type = "deploy.failure";
    event.value.message = std::string(bytes, 'm');
    result[0].commands.emplace_back(std::move(event));
    result[1].commands.emplace_back(
      put_recipient{{{recipient_kind::admin, "ops"}, "Ops", {}, false, {}, {}, 0}, 0});
    return result;
  }

  static constexpr size_t more_than_the_map = size_t{2} << 20;
};

TEST_F(group_commit_test, refuses_events_alone_where_the_map_is_at_its_limit) {
  auto entries = event_and_admin(more_than_the_map);
  must(commit_together(*env_, entries));
  ASSERT_TRUE(entries[0].refusal);
  EXPECT_EQ(entries[0].refusal->code, errc::storage_full);
  EXPECT_FALSE(entries[1].refusal);
  EXPECT_EQ(must(read().count(database::recipients)), 1u);
}

TEST_F(group_commit_test, grows_the_map_below_its_limit_and_refuses_nothing) {
  options_.map_limit_bytes = uint64_t{8} << 20;
  reopen();
  auto entries = event_and_admin(more_than_the_map);
  must(commit_together(*env_, entries));
  EXPECT_FALSE(entries[0].refusal);
  EXPECT_FALSE(entries[1].refusal);
}

TEST_F(group_commit_test, does_not_say_full_of_a_map_that_a_reader_keeps_from_growing) {
  options_.map_limit_bytes = uint64_t{8} << 20;
  reopen();
  auto entries = event_and_admin(more_than_the_map);
  auto reader = read();
  must(commit_together(*env_, entries));
  ASSERT_TRUE(entries[0].refusal);
  EXPECT_EQ(entries[0].refusal->code, errc::unavailable);
  EXPECT_FALSE(entries[1].refusal);
}

TEST_F(group_commit_test, says_the_same_of_such_a_map_where_no_event_is_to_be_stored) {
  options_.map_limit_bytes = uint64_t{8} << 20;
  reopen();
  auto entries = event_and_admin();
  entries.erase(entries.begin());
  std::get<put_recipient>(entries[0].commands[0]).value.display_name
    = std::string(more_than_the_map, 'n');
  auto reader = read();
  EXPECT_EQ(code_of(commit_together(*env_, entries)), errc::unavailable);
  EXPECT_FALSE(entries[0].refusal) << "it is not to blame";
}

TEST_F(group_commit_test, refuses_an_entry_that_meets_what_cannot_be_read_and_no_other) {
  auto tx = must(env_->write());
  must(tx.put(database::recipients, recipient_key({recipient_kind::admin, "ops"}), "\x01"));
  must(tx.commit());
  auto entries = event_and_admin();
  must(commit_together(*env_, entries));
  EXPECT_FALSE(entries[0].refusal);
  ASSERT_TRUE(entries[1].refusal);
  EXPECT_EQ(entries[1].refusal->code, errc::storage_corrupt);
  EXPECT_EQ(must(read().count(database::events)), 1u);
}

TEST_F(group_commit_test, refuses_events_with_whatever_keeps_it_from_writing) {
  auto other = must(env_->write());
  auto entries = event_and_admin();
  EXPECT_EQ(code_of(commit_together(*env_, entries)), errc::unavailable);
  ASSERT_TRUE(entries[0].refusal);
  EXPECT_EQ(entries[0].refusal->code, errc::unavailable);
  EXPECT_FALSE(entries[1].refusal) << "it is not to blame";
}

} // namespace

} // namespace tocsin::storage
