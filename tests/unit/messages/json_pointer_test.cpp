#include "messages/json_pointer.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

TEST(json_pointer, is_extended_by_an_escaped_token) {
  EXPECT_EQ(extend_pointer("", "a"), "/a");
  EXPECT_EQ(extend_pointer("/a", "b/c~d"), "/a/b~1c~0d");
  EXPECT_EQ(extend_pointer("/a", ""), "/a/");
}

} // namespace

} // namespace tocsin
