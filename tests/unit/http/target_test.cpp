#include "http/target.hpp"

#include <gtest/gtest.h>

namespace tocsin::http {

using texts = std::vector<std::string>;
using pairs = std::vector<std::pair<std::string, std::string>>;

TEST(parse_target, takes_path_and_query_apart) {
  auto x = parse_target("/api/v1/channels?owner=admin/ops&limit=5");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->path, (texts{"api", "v1", "channels"}));
  EXPECT_EQ(x->query, (pairs{{"owner", "admin/ops"}, {"limit", "5"}}));
}

TEST(parse_target, decodes_after_it_has_split) {
  auto x = parse_target("/a%2Fb/c?k=x%26y+z&e");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->path, (texts{"a/b", "c"}));
  EXPECT_EQ(x->query, (pairs{{"k", "x&y z"}, {"e", ""}}));
}

TEST(parse_target, takes_the_absolute_form) {
  auto x = parse_target("http://localhost:1/healthz?a=b");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->path, texts{"healthz"});
  EXPECT_EQ(x->query, (pairs{{"a", "b"}}));
}

TEST(parse_target, refuses_what_is_neither) {
  EXPECT_FALSE(parse_target("*"));
  EXPECT_FALSE(parse_target(""));
  EXPECT_FALSE(parse_target("healthz"));
  EXPECT_FALSE(parse_target("/a%zz"));
  EXPECT_FALSE(parse_target("/a\x01"));
}

TEST(parse_target, reads_plain_paths_as_it_reads_all_others) {
  for (std::string_view path : {"/a", "/api/v1/events", "/a_b/C.d/0-9", "/..", "/a/../b", "/a/./b",
                                "/a//b", "//a", "/a/", "/", "/~a", "/a:b"}) {
    auto plain = parse_target(path);
    // A query has the whole grammar read it.
    auto whole = parse_target(std::string{path} + "?");
    ASSERT_EQ(plain.has_value(), whole.has_value()) << path;
    if (plain) {
      EXPECT_EQ(plain->path, whole->path) << path;
    }
  }
}

} // namespace tocsin::http
