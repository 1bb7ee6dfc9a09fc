#include "http/routes/conditions.hpp"

#include <gtest/gtest.h>

namespace tocsin::http {

namespace {

request with_type(method verb, std::optional<std::string> type) {
  request result;
  result.verb = verb;
  result.content_type = std::move(type);
  result.body = "{}";
  return result;
}

request with_tag(std::string tag) {
  request result;
  result.if_match = std::move(tag);
  return result;
}

target with_query(std::vector<std::pair<std::string, std::string>> query) {
  return {{}, std::move(query)};
}

} // namespace

TEST(find_body_fault, wants_json_and_ignores_its_parameters) {
  EXPECT_FALSE(find_body_fault(with_type(method::post, "application/json")));
  EXPECT_FALSE(find_body_fault(with_type(method::post, "Application/JSON ; charset=utf-8")));
  EXPECT_TRUE(find_body_fault(with_type(method::post, "text/plain")));
  EXPECT_TRUE(find_body_fault(with_type(method::post, "application/jsonp")));
  EXPECT_TRUE(find_body_fault(with_type(method::post, std::nullopt)));
}

TEST(find_body_fault, takes_a_merge_patch_for_patch_alone) {
  EXPECT_FALSE(find_body_fault(with_type(method::patch, "application/merge-patch+json")));
  EXPECT_TRUE(find_body_fault(with_type(method::put, "application/merge-patch+json")));
}

TEST(find_body_fault, has_nothing_to_say_where_no_body_is_read) {
  EXPECT_FALSE(find_body_fault(with_type(method::get, "text/plain")));
  auto empty = with_type(method::post, std::nullopt);
  empty.body.clear();
  EXPECT_FALSE(find_body_fault(empty));
}

TEST(find_body_fault, refuses_compressed_bodies) {
  auto x = with_type(method::post, "application/json");
  x.content_encoding = "gzip";
  EXPECT_TRUE(find_body_fault(x));
}

TEST(read_page, keeps_the_limit_within_its_bounds) {
  EXPECT_EQ(read_page(with_query({})).value().limit, 50u);
  EXPECT_EQ(read_page(with_query({{"limit", "250"}, {"cursor", "c"}})).value().limit, 250u);
  EXPECT_EQ(read_page(with_query({{"cursor", "c"}})).value().cursor, "c");
  for (auto bad : {"0", "251", "-1", "x", "", "1x", "99999999999999999999"})
    EXPECT_EQ(read_page(with_query({{"limit", bad}})).error().code, errc::invalid_argument) << bad;
}

TEST(read_if_match, reads_one_revision_in_quotes) {
  EXPECT_EQ(read_if_match(with_tag("\"7\"")).value(), 7u);
  EXPECT_EQ(read_if_match(with_tag("*")).value(), std::nullopt);
  EXPECT_EQ(read_if_match({}).value(), std::nullopt);
  for (auto bad : {"7", "\"x\"", "W/\"7\"", "\"\"", "\"1\", \"2\"", "\""})
    EXPECT_EQ(read_if_match(with_tag(bad)).error().code, errc::revision_mismatch) << bad;
}

TEST(find_parameter_fault, knows_whole_names_only) {
  EXPECT_FALSE(find_parameter_fault(with_query({{"cursor", ""}, {"limit", ""}}), "limit cursor"));
  EXPECT_TRUE(find_parameter_fault(with_query({{"curs", ""}}), "limit cursor"));
  EXPECT_TRUE(find_parameter_fault(with_query({{"limit cursor", ""}}), "a limit cursors"));
  EXPECT_TRUE(find_parameter_fault(with_query({{"", ""}}), "limit"));
  EXPECT_TRUE(find_parameter_fault(with_query({{"limit", "1"}, {"limit", "2"}}), "limit"));
}

} // namespace tocsin::http
