#include "http/json/member_text.hpp"
#include "messages/merge_patch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <array>

namespace tocsin::http {

namespace {

struct example {
  const char* target;
  const char* patch;
  const char* result;
};

/// The test cases of RFC 7396, appendix A.
constexpr std::array<example, 15> examples{{
  {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
  {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
  {R"({"a":"b"})", R"({"a":null})", R"({})"},
  {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
  {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
  {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
  {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
  {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
  {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
  {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
  {R"({"a":"foo"})", R"(null)", R"(null)"},
  {R"({"a":"foo"})", R"("bar")", R"("bar")"},
  {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
  {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
  {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
}};

} // namespace

TEST(merge_patch, does_what_the_examples_of_the_rfc_say) {
  for (auto& x : examples) {
    auto target = boost::json::parse(x.target);
    merge_patch(target, boost::json::parse(x.patch));
    EXPECT_EQ(target, boost::json::parse(x.result)) << x.target << " with " << x.patch;
  }
}

TEST(member_text, keeps_the_digits_of_numbers) {
  EXPECT_EQ(
    member_text(R"({"a":1,"settings": {"x":1.10,"y":12345678901234567890123} ,"b":2})", "settings"),
    R"({"x":1.10,"y":12345678901234567890123})");
}

TEST(member_text, is_not_fooled_by_nested_members_and_strings) {
  EXPECT_EQ(
    member_text(R"({"a":{"settings":1},"b":"\"settings\":2,}{","settings":[3,"]"]})", "settings"),
    R"([3,"]"])");
}

TEST(member_text, reads_scalars_to_their_end) {
  EXPECT_EQ(member_text(R"({"settings":-1.5e3})", "settings"), "-1.5e3");
  EXPECT_EQ(member_text(R"({"settings":null,"a":1})", "settings"), "null");
  EXPECT_EQ(member_text(R"({"settings":"a\\"})", "settings"), R"("a\\")");
}

TEST(member_text, knows_keys_that_are_written_with_escapes) {
  EXPECT_EQ(member_text(R"({"sett\u0069ngs":{}})", "settings"), "{}");
}

TEST(member_text, takes_the_last_of_repeated_members_as_the_parser_does) {
  EXPECT_EQ(member_text(R"({"settings":1,"settings":2})", "settings"), "2");
}

TEST(member_text, finds_nothing_where_nothing_is) {
  EXPECT_EQ(member_text("{}", "settings"), std::nullopt);
  EXPECT_EQ(member_text("[1]", "settings"), std::nullopt);
  EXPECT_EQ(member_text(" ", "settings"), std::nullopt);
}

} // namespace tocsin::http
