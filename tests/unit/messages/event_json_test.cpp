#include "messages/event_json.hpp"

#include <gmock/gmock.h>

#include <string>

namespace tocsin {

namespace {

using testing::ElementsAre;
using testing::Field;

const auto seed
  = R"({"event":"deploy.success","service":"my-app","customer":"Acme Corp",)"
    R"("timestamp":"2026-03-29T14:30:00Z","message":"Service my-app deployed successfully",)"
    R"("details":{"image":"myapp:latest","duration_seconds":45}})";

event parse_one(const std::string& body) {
  auto list = parse_events(body);
  EXPECT_TRUE(list) << list.error().detail;
  EXPECT_EQ(list->events.size(), 1u);
  return list->events.front();
}

/// The pointers and codes of what is wrong with `body`, as `pointer code`.
std::vector<std::string> faults_of(const std::string& body) {
  auto list = parse_events(body);
  EXPECT_FALSE(list);
  std::vector<std::string> result;
  for (auto& x : list.error().fields)
    result.push_back(x.pointer + " " + x.code);
  return result;
}

TEST(event_json, passes_the_seed_on_byte_for_byte_with_the_id_at_the_end) {
  auto x = parse_one(seed);
  auto expected = std::string{seed};
  expected.insert(expected.size() - 1, R"(,"id":"01J")");
  EXPECT_EQ(to_json(x, "01J"), expected);
}

TEST(event_json, keeps_every_digit_of_the_numbers_in_details) {
  auto x = parse_one(R"({"event":"a","message":"b","details":
    { "big" : 12345678901234567890123, "exact":0.1000, "e":-1.5E+300, "n":[1, 2,{"x":-0}] }})");
  EXPECT_EQ(x.details,
            R"({"big":12345678901234567890123,"exact":0.1000,"e":-1.5E+300,"n":[1,2,{"x":-0}]})");
}

TEST(event_json, writes_literals_nesting_and_escapes_of_details_again) {
  auto x = parse_one(
    R"({"event":"a","message":"b","details":{"a":[true,false,null,[],{}],"b":"q\"\\\u0041\n"}})");
  EXPECT_EQ(x.details, R"({"a":[true,false,null,[],{}],"b":"q\"\\A\n"})");
}

TEST(event_json, writes_null_and_an_empty_object_for_what_is_missing) {
  auto x = parse_one(R"({"event":"quota.warning","message":"m","service":null,"details":{}})");
  EXPECT_EQ(to_json(x, "i"), R"({"event":"quota.warning","service":null,"customer":null,)"
                             R"("timestamp":null,"message":"m","details":{},"id":"i"})");
}

TEST(event_json, tells_an_array_from_a_single_event) {
  EXPECT_FALSE(parse_events(seed)->is_array);
  auto list = parse_events(std::string{" ["} + seed + "," + seed + "] \n");
  ASSERT_TRUE(list);
  EXPECT_TRUE(list->is_array);
  EXPECT_EQ(list->events.size(), 2u);
}

TEST(event_json, names_every_wrong_field_at_once) {
  EXPECT_THAT(faults_of(R"({"event":7,"service":["x"],"color":{"deep":[1]},"details":"text"})"),
              ElementsAre("/event wrong_type", "/service wrong_type", "/color unknown_key",
                          "/details wrong_type", "/message required"));
}

TEST(event_json, counts_places_in_an_array) {
  EXPECT_THAT(faults_of(R"([{"event":"a","message":"b"},{"event":"a"},7,[1],{}])"),
              ElementsAre("/1/message required", "/2 wrong_type", "/3 wrong_type",
                          "/4/event required", "/4/message required"));
}

TEST(event_json, refuses_a_repeated_key) {
  EXPECT_THAT(faults_of(R"({"event":"a","message":"b","message":"c"})"),
              ElementsAre("/message repeated_key"));
  EXPECT_THAT(faults_of(R"({"event":"a","message":"b","details":{"c":1},"details":{"d":[2]}})"),
              ElementsAre("/details repeated_key"));
}

TEST(event_json, refuses_null_where_a_text_is_required) {
  EXPECT_THAT(faults_of(R"({"event":null,"message":"b"})"), ElementsAre("/event wrong_type"));
}

TEST(event_json, escapes_the_pointer_of_a_strange_key) {
  EXPECT_THAT(faults_of(R"({"event":"a","message":"b","x/~y":1})"),
              ElementsAre("/x~1~0y unknown_key"));
  EXPECT_THAT(faults_of(R"({"event":"a","message":"b","":1})"), ElementsAre("/ unknown_key"));
}

TEST(event_json, says_where_the_text_stops_being_json) {
  auto list = parse_events(R"({"event":"a", oops})");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().fields.front().code, "malformed_json");
  EXPECT_THAT(list.error().detail, testing::HasSubstr("at byte 14"));
}

TEST(event_json, refuses_truncated_and_trailing_text) {
  for (auto body : {"", "   ", "{", R"({"event":"a","message":"b"}})",
                    R"({"event":"a","message":"b"} x)", R"(["\ud800"])"}) {
    auto list = parse_events(body);
    ASSERT_FALSE(list) << body;
    EXPECT_EQ(list.error().fields.front().code, "malformed_json") << body;
  }
}

TEST(event_json, refuses_scalars_and_empty_lists) {
  EXPECT_THAT(faults_of("7"), ElementsAre(" wrong_type"));
  EXPECT_THAT(faults_of(R"("text")"), ElementsAre(" wrong_type"));
  EXPECT_THAT(faults_of("[]"), ElementsAre(" too_few"));
}

TEST(event_json, takes_a_thousand_events_and_not_one_more) {
  auto list_of = [](size_t n) {
    std::string body = "[";
    for (size_t i = 0; i < n; ++i)
      body += std::string{i ? "," : ""} + R"({"event":"a","message":"b"})";
    return body + "]";
  };
  EXPECT_EQ(parse_events(list_of(1000))->events.size(), 1000u);
  EXPECT_THAT(faults_of(list_of(1001)), ElementsAre(" too_many"));
}

TEST(event_json, refuses_nesting_that_is_too_deep) {
  auto nested = [](size_t depth) {
    return R"({"event":"a","message":"b","details":{"x":)" + std::string(depth, '[')
           + std::string(depth, ']') + "}}";
  };
  EXPECT_TRUE(parse_events(nested(50)));
  EXPECT_THAT(faults_of(nested(100)), ElementsAre(" malformed_json"));
}

TEST(event_json, repairs_ill_formed_details_instead_of_losing_the_news) {
  auto x = parse_one(
    "{\"event\":\"a\",\"message\":\"b\",\"details\":{\"k\xFF\":\"x\xC3(y\\u0000z\\r\\n\"}}");
  EXPECT_EQ(x.details, "{\"k\xEF\xBF\xBD\":\"x\xEF\xBF\xBD(yz\\r\\n\"}");
}

TEST(event_json, takes_ill_formed_texts_for_the_rules_to_repair) {
  auto x = parse_one("{\"event\":\"a\",\"message\":\"x\xC3(y\\rz\"}");
  EXPECT_EQ(x.message, "x\xC3(y\rz");
}

TEST(event_json, handles_long_strings_that_arrive_in_parts) {
  std::string text(100'000, 'a');
  text += "\\u00e9";
  auto x = parse_one(R"({"event":"a","message":")" + text + R"("})");
  EXPECT_EQ(x.message.size(), 100'002u);
}

} // namespace

} // namespace tocsin
