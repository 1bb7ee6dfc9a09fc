#include "http/json/json_writer.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace tocsin::http {

TEST(json_writer, puts_commas_between_members_and_entries_only) {
  json_writer out;
  out.begin_object().member("a", 1).key("b").begin_array().value("x").value(true).end_array();
  out.key("c").begin_object().end_object().list("d", std::vector<std::string>{"y", "z"});
  out.end_object();
  EXPECT_EQ(out.take(), R"({"a":1,"b":["x",true],"c":{},"d":["y","z"]})");
}

TEST(json_writer, escapes_keys_and_texts) {
  json_writer out;
  out.begin_object().member("a\"", "line\nbreak").end_object();
  EXPECT_EQ(out.take(), R"({"a\"":"line\nbreak"})");
}

TEST(json_writer, writes_null_for_empty_text_and_for_numbers_that_json_lacks) {
  json_writer out;
  out.begin_object().text_or_null("a", "").text_or_null("b", "x");
  out.member("c", std::numeric_limits<double>::infinity()).member("d", 1.5).end_object();
  EXPECT_EQ(out.take(), R"({"a":null,"b":"x","c":null,"d":1.5})");
}

TEST(json_writer, is_empty_after_its_text_was_taken) {
  json_writer out;
  out.value(1);
  EXPECT_EQ(out.take(), "1");
  EXPECT_EQ(out.value(2).take(), "2");
}

} // namespace tocsin::http
