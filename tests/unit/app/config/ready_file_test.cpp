#include "app/config/ready_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace tocsin;

TEST(ready_file, says_who_listens_where_and_leaves_no_draft) {
  std::filesystem::path path = testing::TempDir() + "ready_file_test.json";
  auto written = app::write_ready_file(path, 8420, "http://127.0.0.1:8420", 0);
  ASSERT_TRUE(written) << written.error().detail;
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  EXPECT_EQ(text.str(), "{\"pid\":" + std::to_string(getpid())
                          + ",\"port\":8420,\"url\":\"http://127.0.0.1:8420\"}\n");
  EXPECT_FALSE(std::filesystem::exists(path.native() + ".new"));
  std::filesystem::remove(path);
}

TEST(ready_file, says_where_panels_get_in_where_they_do) {
  std::filesystem::path path = testing::TempDir() + "ready_file_test_gate.json";
  ASSERT_TRUE(app::write_ready_file(path, 8420, "http://127.0.0.1:8420", 8421));
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  EXPECT_TRUE(text.str().ends_with(",\"gate_port\":8421}\n")) << text.str();
  std::filesystem::remove(path);
}

TEST(ready_file, is_not_written_through_a_link) {
  std::filesystem::path path = testing::TempDir() + "ready_file_test_link.json";
  std::filesystem::path other = testing::TempDir() + "ready_file_test_other";
  std::ofstream{other} << "another's";
  std::filesystem::remove(path.native() + ".new");
  std::filesystem::create_symlink(other, path.native() + ".new");
  ASSERT_TRUE(app::write_ready_file(path, 8420, "http://127.0.0.1:8420", 0));
  std::ostringstream text;
  text << std::ifstream{other}.rdbuf();
  EXPECT_EQ(text.str(), "another's");
  EXPECT_TRUE(std::filesystem::is_regular_file(std::filesystem::symlink_status(path)));
  std::filesystem::remove(path);
  std::filesystem::remove(other);
}

TEST(ready_file, names_a_place_that_cannot_be_written) {
  auto written = app::write_ready_file("/no/such/directory/ready", 1, "", 0);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, errc::storage_io);
  EXPECT_NE(written.error().detail.find("/no/such/directory/ready"), std::string::npos);
  EXPECT_NE(written.error().detail.find("No such file or directory"), std::string::npos)
    << written.error().detail;
}
