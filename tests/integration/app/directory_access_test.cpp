#include "app/directory_access.hpp"
#include "tests/support/running_service.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace tocsin {

namespace {

using app::find_strange_writers;

TEST(directory_access, of_others_is_told_by_what_they_may_do) {
  temporary_directory directory;
  auto told = [&](mode_t mode) {
    EXPECT_EQ(chmod(directory.path().c_str(), mode), 0);
    return find_strange_writers(directory.path()).value_or("");
  };
  for (mode_t mode : {0700, 0750, 0755, 0555})
    EXPECT_EQ(told(mode), "");
  EXPECT_EQ(told(0770), "its group may replace its files");
  EXPECT_EQ(told(0777), "everybody may replace its files");
  EXPECT_EQ(told(0702), "everybody may replace its files");
  EXPECT_EQ(told(01777), "everybody may add files");
  EXPECT_EQ(told(0700), "");
  EXPECT_FALSE(find_strange_writers(directory.path() / "none"));
}

TEST(directory_access, of_others_does_not_keep_the_service_from_starting) {
  running_service service;
  EXPECT_FALSE(find_strange_writers(service.data_dir()));
  ASSERT_EQ(chmod(service.data_dir().c_str(), 0777), 0);
  service.restart();
  EXPECT_EQ(service.api().get("/event-types").status, 200);
}

} // namespace

} // namespace tocsin
