#include "app/bootstrap.hpp"
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
    env_ = *storage::environment::open(options);
  }

  ~bootstrap_test() override { disk_shim::heal(); }

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

} // namespace

} // namespace tocsin::app
