#include "messages/event_details.hpp"
#include "messages/event_json.hpp"

#include <gmock/gmock.h>

#include <string>

namespace tocsin {

namespace {

using namespace std::string_literals;
using testing::HasSubstr;

TEST(event_details, are_nothing_where_there_is_nothing) {
  for (auto text : {"", "{}", " { } "})
    EXPECT_EQ(read_details(text).value(), "") << text;
}

TEST(event_details, are_written_compactly_with_every_digit) {
  EXPECT_EQ(
    read_details(R"( {"a" : 0.10, "b":[1e9, -0,{"c": null}], "d":"\u00e9\/", "":true} )").value(),
    R"({"a":0.10,"b":[1e9,-0,{"c":null}],"d":"é/","":true})");
}

TEST(event_details, are_repaired_in_keys_and_values) {
  EXPECT_EQ(read_details("{\"k\\u0000\":\"a\\u001b[31mb\xC3(\\u202ec\\r\\n\"}").value(),
            "{\"k\":\"a[31mb\xEF\xBF\xBD(c\\r\\n\"}");
}

TEST(event_details, keep_keys_that_are_odd_or_come_twice) {
  auto text = R"({"":1,"a":2,"a":3,"__proto__":{"x":4}})"s;
  EXPECT_EQ(read_details(text).value(), text);
}

TEST(event_details, are_read_as_within_a_request) {
  for (auto& text : {R"({"a":["x",{"b":1.50}],"c":"q\"\\ \n"})"s,
                     "{\"long\":\"" + std::string(99'999, 'x') + "\\u00e9\"}",
                     "{\"n\":" + std::string(5000, '7') + "}"}) {
    auto list = parse_events(R"({"event":"a","message":"b","details":)" + text + "}");
    ASSERT_TRUE(list);
    EXPECT_EQ(read_details(text).value(), list->events[0].details);
  }
}

class bad_details : public testing::TestWithParam<std::string> {};

TEST_P(bad_details, are_refused_with_the_place) {
  auto result = read_details(GetParam());
  ASSERT_FALSE(result) << *result;
  EXPECT_EQ(result.error().code, errc::invalid_argument);
  EXPECT_THAT(result.error().detail, HasSubstr("'details' must be a JSON object"));
  EXPECT_THAT(result.error().detail, HasSubstr("at byte"));
}

INSTANTIATE_TEST_SUITE_P(texts, bad_details,
                         testing::Values("x", "null", "true", "7", "1.5", R"("text")", "[]", "[{}]",
                                         "{", R"({"a"})", R"({"a":1},)", "{} {}",
                                         R"({"a":"\ud800"})", " ", "{\"a\":\"b\nc\"}",
                                         R"({"a":)" + std::string(70, '[') + std::string(70, ']')
                                           + "}"));

} // namespace

} // namespace tocsin
