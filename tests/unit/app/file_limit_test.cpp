#include "app/file_limit.hpp"

#include <gtest/gtest.h>

namespace tocsin::app {

namespace {

TEST(file_limit, leaves_a_quarter_to_requests_within_bounds) {
  EXPECT_EQ(requests_for(256, 0), 64u);
  EXPECT_EQ(requests_for(1024, 0), 256u);
  EXPECT_EQ(requests_for(4096, 0), 1024u);
  EXPECT_EQ(requests_for(8192, 0), 2048u);
  EXPECT_EQ(requests_for(1'000'000, 0), 2048u);
}

TEST(file_limit, gives_requests_no_more_than_there_are_files_for) {
  EXPECT_EQ(requests_for(0, 0), 1u);
  EXPECT_EQ(requests_for(72, 0), 4u);
  EXPECT_EQ(requests_for(256, 256), 96u);
  EXPECT_EQ(requests_for(1024, 256), 256u);
  EXPECT_EQ(requests_for(1'000'000, 65'536), 65'536u);
}

} // namespace

} // namespace tocsin::app
