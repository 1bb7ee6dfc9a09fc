#include "app/bootstrap.hpp"
#include "storage/commands/apply.hpp"
#include "storage/repositories/token_repository.hpp"
#include "storage/upkeep/open_environment.hpp"
#include "tests/support/disk_shim/disk_shim.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

namespace tocsin::app {

namespace {

namespace fs = std::filesystem;

/// With the data directory beside that of the storage, so that one alone can fail.
class bootstrap_test : public testing::Test {
protected:
  bootstrap_test() {
    fs::create_directory(data_dir_);
    storage::environment::options options;
    options.directory = directory_.path() / "storage";
    fs::create_directory(options.directory);
    env_ = *storage::open_environment(options);
  }

  ~bootstrap_test() override { disk_shim::heal(); }

  void put(const command& x) {
    auto tx = env_->write();
    ASSERT_TRUE(tx);
    ASSERT_TRUE(storage::apply(*tx, x));
    ASSERT_TRUE(tx->commit());
  }

  /// The token of a first start.
  std::optional<token> sole_token() {
    bootstrap(*env_, data_dir_, now);
    auto tx = env_->read();
    auto all = storage::token_repository{*tx}.all();
    return all && all->size() == 1 ? std::optional{all->front()} : std::nullopt;
  }

  timestamp now{std::chrono::hours{24}};
  temporary_directory directory_;
  fs::path data_dir_ = directory_.path() / "data";
  std::shared_ptr<storage::environment> env_;
};

TEST_F(bootstrap_test, makes_no_token_whose_file_power_loss_could_take) {
  // Its content reaches the disk, its name does not.
  disk_shim::fail(data_dir_, disk_shim::call::sync, 1);
  auto made = bootstrap(*env_, data_dir_, timestamp{});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::storage_io);
  EXPECT_EQ(disk_shim::failures(), 1u);
  disk_shim::heal();
  auto again = bootstrap(*env_, data_dir_, timestamp{});
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(*again, data_dir_ / initial_token_file);
  EXPECT_EQ(*bootstrap(*env_, data_dir_, timestamp{}), std::nullopt);
}

TEST_F(bootstrap_test, makes_a_token_where_nobody_could_change_anything) {
  auto first = sole_token();
  ASSERT_NE(first, std::nullopt);
  EXPECT_EQ(*bootstrap(*env_, data_dir_, now), std::nullopt);
  // One that has expired, and one that may only send events.
  auto lapsed = *first;
  lapsed.expires_at = now;
  put(remove_token{first->id});
  put(put_token{lapsed});
  put(put_token{{token_id{ulid_generator{1}.next(1)}, "panel", sha256("panel"), 1, now}});
  EXPECT_EQ(*bootstrap(*env_, data_dir_, now), data_dir_ / initial_token_file);
  EXPECT_EQ(*bootstrap(*env_, data_dir_, now), std::nullopt);
}

TEST_F(bootstrap_test, leaves_an_admin_who_can_sign_in_alone) {
  auto first = sole_token();
  ASSERT_NE(first, std::nullopt);
  put(remove_token{first->id});
  put(put_password{{"admin", std::string(16, 's'), 32768, 8, 3, std::string(32, 'h'), now}});
  EXPECT_EQ(*bootstrap(*env_, data_dir_, now), std::nullopt);
}

} // namespace

} // namespace tocsin::app
