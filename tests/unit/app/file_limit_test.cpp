#include "app/file_limit.hpp"

#include <gtest/gtest.h>

namespace tocsin::app {

namespace {

TEST(file_limit, leaves_a_quarter_to_requests_within_bounds) {
  EXPECT_EQ(requests_for(0), 64u);
  EXPECT_EQ(requests_for(256), 64u);
  EXPECT_EQ(requests_for(1024), 256u);
  EXPECT_EQ(requests_for(4096), 1024u);
  EXPECT_EQ(requests_for(8192), 2048u);
  EXPECT_EQ(requests_for(1'000'000), 2048u);
}

} // namespace

} // namespace tocsin::app
