#include "http/json/yaml_text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace tocsin::http {

namespace {

std::string yaml_of(const std::string& json) {
  std::string result;
  append_yaml(result, boost::json::parse(json).get_object(), 0);
  return result;
}

TEST(yaml_text, puts_texts_in_quotes_that_something_else_could_be_read_from) {
  for (std::string_view text : {"yes", "Off", "null", "7", "0x1", "1e5", "", " a", "a ", "a: b",
                                "#a", "ä", "q\"\\", "line\nfeed", "${X}", "-", "~", "*"}) {
    std::string yaml;
    append_yaml(yaml, {{"key", text}}, 0);
    EXPECT_EQ(yaml, "key: " + boost::json::serialize(boost::json::value(text)) + "\n");
  }
  EXPECT_EQ(yaml_of(R"({"a b":"x@example.com","on":"deploy.success"})"),
            "a b: x@example.com\n\"on\": deploy.success\n");
}

TEST(yaml_text, writes_objects_in_blocks_and_lists_on_one_line) {
  EXPECT_EQ(yaml_of(R"({"a":{"b":{"c d":true}},"e":["f","7",7,["g"]],"empty":{},"none":null})"),
            "a:\n  b:\n    c d: true\ne: [f, \"7\", 7, [g]]\nempty: {}\nnone: null\n");
  std::string deeper = "x:\n";
  append_yaml(deeper, {{"z", 1}}, 1);
  EXPECT_EQ(deeper, "x:\n  z: 1\n");
}

} // namespace

} // namespace tocsin::http
