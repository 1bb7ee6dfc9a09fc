#include "messages/digest.hpp"
#include "storage/commands/full_token.hpp"
#include "storage/engine/schema.hpp"
#include "storage/files/directory_lock.hpp"
#include "storage/repositories/audit_repository.hpp"
#include "storage/repositories/token_repository.hpp"
#include "storage/upkeep/open_environment.hpp"
#include "storage/upkeep/store_view.hpp"
#include "tests/unit/app/cli/command_fixture.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <algorithm>

namespace tocsin::cli {

using testing::HasSubstr;

namespace {

class store_commands_test : public command_test {
protected:
  store_commands_test() { open(); }

  void open() {
    storage::environment::options options;
    options.directory = data_dir();
    auto opened = storage::open_environment(options);
    ASSERT_TRUE(opened);
    service_ = *opened;
  }

  /// As if the service, which has the storage open in this process, had ended.
  void stop() { service_.reset(); }

  /// Without a last commit of LMDB, as a kill would end a service.
  void leave_a_token_in_the_journal() {
    auto tx = service_->write(storage::commit_way::journal);
    ulid_generator ids;
    ASSERT_TRUE(storage::put_full_token(*tx, "kept", ids, system_wall_clock()()));
    ASSERT_TRUE(tx->commit());
    ASSERT_TRUE(service_->has_unpublished());
    stop();
  }

  std::string data_dir() const { return (directory_.path() / "data").string(); }

  command_result store(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "store");
    arguments.insert(arguments.end(), {"--data-dir", data_dir()});
    return run(arguments);
  }

  std::shared_ptr<storage::environment> service_;
};

} // namespace

TEST_F(store_commands_test, checks_the_database_and_its_backup) {
  stop();
  auto checked = store({"check"});
  EXPECT_EQ(checked.code, exit_code::ok);
  EXPECT_THAT(checked.out, HasSubstr("sound: 0 entries on 4 pages"));
  auto copy = (directory_.path() / "copy.mdb").string();
  EXPECT_EQ(store({"backup", copy}).code, exit_code::ok);
  EXPECT_EQ(store({"backup", copy}).code, exit_code::usage);
  EXPECT_THAT(store({"backup", "-"}).err, HasSubstr("cannot go to the standard output"));
  auto again = boost::json::parse(store({"check", copy, "--format", "json"}).out);
  EXPECT_TRUE(again.at("ok").as_bool());
  EXPECT_EQ(again.at("pages").to_number<int>(), 4);
}

TEST_F(store_commands_test, backs_up_what_a_service_that_was_killed_left_in_its_journal) {
  leave_a_token_in_the_journal();
  auto copy = (directory_.path() / "copy.mdb").string();
  EXPECT_EQ(store({"backup", copy}).code, exit_code::ok);
  auto stats = storage::store_view::open(copy)->stats();
  auto tokens = std::ranges::find(stats->databases, "tokens", &storage::database_stats::name);
  EXPECT_EQ(tokens->entries, 1u);
}

TEST_F(store_commands_test, says_when_a_copy_lacks_what_a_service_does_not_publish) {
  leave_a_token_in_the_journal();
  auto copy = (directory_.path() / "copy.mdb").string();
  // As a service would whose disk fails.
  auto lock = storage::directory_lock::acquire(data_dir());
  ASSERT_TRUE(lock);
  auto done = store({"backup", copy});
  EXPECT_EQ(done.code, exit_code::ok);
  EXPECT_THAT(done.err, HasSubstr("warning: who has"));
  EXPECT_TRUE(std::filesystem::exists(copy));
}

TEST_F(store_commands_test, says_what_to_copy_where_the_journal_cannot_be_brought_in) {
  leave_a_token_in_the_journal();
  // As a volume would that takes no writes.
  std::filesystem::remove(data_dir() + "/tocsin.lock");
  std::filesystem::create_directory(data_dir() + "/tocsin.lock");
  auto done = store({"backup", (directory_.path() / "copy.mdb").string()});
  EXPECT_NE(done.code, exit_code::ok);
  EXPECT_THAT(done.err, HasSubstr("copied together into another directory"));
}

TEST_F(store_commands_test, tells_of_a_file_that_is_cut_off_or_none_of_ours) {
  stop();
  std::filesystem::resize_file(data_dir() + "/data.mdb", 3 * 4096);
  auto cut = store({"check"});
  EXPECT_EQ(cut.code, exit_code::refused);
  EXPECT_THAT(cut.out, HasSubstr("is cut off"));
  EXPECT_THAT(cut.out, HasSubstr("\n1 fault in "));
  auto foreign = store({"check", write_file("foreign", std::string(9000, 'x'))});
  EXPECT_EQ(foreign.code, exit_code::refused);
  EXPECT_THAT(foreign.err, HasSubstr("is not a Tocsin database"));
  EXPECT_EQ(store({"check", (directory_.path() / "none").string()}).code, exit_code::usage);
}

TEST_F(store_commands_test, shows_where_the_space_goes) {
  auto node = to_string(*storage::find_node_id(*service_->read()));
  stop();
  auto stats = boost::json::parse(store({"stats", "--format", "json"}).out);
  EXPECT_EQ(stats.at("node_id").as_string(), node);
  EXPECT_EQ(stats.at("databases").as_array().size(), storage::database_count);
  EXPECT_THAT(store({"stats"}).out, HasSubstr("dead_letters"));
}

TEST_F(store_commands_test, compacts_only_what_nobody_has_open) {
  EXPECT_EQ(store({"compact"}).code, exit_code::refused);
  stop();
  EXPECT_THAT(store({"compact"}).out, HasSubstr("before"));
  open();
}

TEST_F(store_commands_test, makes_a_token_in_a_storage_that_nobody_has_open) {
  auto busy = store({"token"});
  EXPECT_EQ(busy.code, exit_code::refused);
  EXPECT_THAT(busy.err, HasSubstr("is in use by"));
  stop();
  auto made = store({"token"});
  ASSERT_EQ(made.code, exit_code::ok) << made.err;
  ASSERT_TRUE(made.out.ends_with('\n'));
  open();
  auto tx = service_->read();
  auto found = storage::token_repository{*tx}.find_by_digest(
    sha256(made.out.substr(0, made.out.size() - 1)));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->scopes, every_scope);
  EXPECT_EQ((*found)->expires_at, std::nullopt);
  auto audited = storage::audit_repository{*tx}.list({}, {10, ""});
  ASSERT_EQ(audited->entries.size(), 1u);
  EXPECT_EQ(audited->entries[0].action, "token.create");
  EXPECT_EQ(audited->entries[0].by.kind, author_kind::service);
}

TEST_F(store_commands_test, leaves_it_to_a_start_to_migrate) {
  {
    auto tx = service_->write();
    ASSERT_TRUE(tx->put(storage::database::meta, "schema_version", {"\0\0\0\5", 4}));
    ASSERT_TRUE(tx->commit());
  }
  stop();
  auto token = store({"token"});
  EXPECT_EQ(token.code, exit_code::refused);
  EXPECT_THAT(token.err, HasSubstr("has schema version 5, and this program works on version 6"));
  EXPECT_EQ(run({"secret", "rotate-key", "--data-dir", data_dir()}).code, exit_code::refused);
  EXPECT_EQ(store({"compact"}).code, exit_code::ok);
  EXPECT_EQ(store({"backup", (directory_.path() / "copy.mdb").string()}).code, exit_code::ok);
  EXPECT_THAT(store({"stats"}).out, HasSubstr("schema version  5\n"));
}

TEST_F(store_commands_test, makes_no_storage_for_a_token) {
  auto none = run({"store", "token", "--data-dir", (directory_.path() / "none").string()});
  EXPECT_EQ(none.code, exit_code::usage);
  EXPECT_THAT(none.err, HasSubstr("there is no storage in"));
  EXPECT_FALSE(std::filesystem::exists(directory_.path() / "none"));
}

TEST_F(store_commands_test, takes_the_directory_from_the_settings_of_the_service) {
  stop();
  environment_["TOCSIN_STORAGE_DATA_DIR"] = data_dir();
  EXPECT_EQ(run({"store", "check"}).code, exit_code::ok);
  environment_["TOCSIN_STORAGE_MAP_SIZE"] = "a lot";
  auto wrong = run({"store", "check"});
  EXPECT_EQ(wrong.code, exit_code::usage);
  EXPECT_THAT(wrong.err, HasSubstr("TOCSIN_STORAGE_MAP_SIZE"));
}

} // namespace tocsin::cli
