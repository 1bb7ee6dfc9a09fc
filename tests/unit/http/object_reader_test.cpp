#include "http/json/object_reader.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace tocsin::http {

namespace {

boost::json::object object_of(const char* text) {
  return boost::json::parse(text).as_object();
}

std::vector<std::string> pointers(const std::vector<field_error>& errors) {
  std::vector<std::string> result;
  for (auto& x : errors)
    result.push_back(x.pointer + ' ' + x.code);
  return result;
}

using texts = std::vector<std::string>;

} // namespace

TEST(object_reader, reads_members_of_every_kind) {
  auto object = object_of(
    R"({"t":"x","b":true,"i":5,"l":["p","q"],"o":{},"s":{"include":["a"],"exclude":["b"]}})");
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  EXPECT_EQ(in.required_text("t"), "x");
  EXPECT_EQ(in.boolean("b"), true);
  EXPECT_EQ(in.integer("i", 1, 9), 5);
  EXPECT_EQ(in.texts("l"), (texts{"p", "q"}));
  EXPECT_NE(in.object("o"), nullptr);
  EXPECT_EQ(in.read_selection("s"), (selection{{"a"}, {"b"}}));
  in.refuse_others();
  EXPECT_EQ(pointers(errors), texts{});
}

TEST(object_reader, names_every_wrong_member_at_once) {
  auto object = object_of(
    R"({"t":1,"b":"no","i":10,"j":1.5,"l":["p",2],"o":[],"s":{"include":"a","x":1},"extra":0,"id":1})");
  std::vector<field_error> errors;
  object_reader in{object, "/0", errors};
  in.text("t");
  in.boolean("b");
  in.integer("i", 1, 9);
  in.integer("j", 1, 9);
  in.texts("l");
  in.object("o");
  in.read_selection("s");
  in.required_text("name");
  in.refuse_others("revision id");
  EXPECT_EQ(
    pointers(errors),
    (texts{"/0/t wrong_type", "/0/b wrong_type", "/0/i out_of_range", "/0/j wrong_type",
           "/0/l/1 wrong_type", "/0/o wrong_type", "/0/s/include wrong_type", "/0/s/x unknown_key",
           "/0/name required", "/0/extra unknown_key", "/0/id read_only"}));
}

TEST(object_reader, looks_no_further_where_it_noted_fifty_faults) {
  boost::json::object object;
  object["l"] = boost::json::array(1000, 0);
  for (int i = 0; i < 1000; ++i)
    object["extra" + std::to_string(i)] = i;
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  in.texts("l");
  EXPECT_EQ(errors.size(), 50u);
  in.refuse_others();
  in.complain("l", "invalid", "once more");
  EXPECT_EQ(errors.size(), 50u);
}

TEST(object_reader, takes_null_for_absence) {
  auto object = object_of(R"({"t":null,"l":null})");
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  EXPECT_EQ(in.text("t"), std::nullopt);
  EXPECT_EQ(in.texts("l"), std::nullopt);
  EXPECT_TRUE(errors.empty());
  in.required_text("t");
  EXPECT_EQ(pointers(errors), texts{"/t required"});
}

TEST(parse_object, tells_broken_json_from_other_values) {
  EXPECT_EQ(parse_object("{").error().fields.front().code, "malformed_json");
  EXPECT_EQ(parse_object("").error().fields.front().code, "malformed_json");
  EXPECT_EQ(parse_object("{} x").error().fields.front().code, "malformed_json");
  EXPECT_EQ(parse_object("[]").error().fields.front().code, "wrong_type");
  EXPECT_TRUE(parse_object("{}").has_value());
}

} // namespace tocsin::http
