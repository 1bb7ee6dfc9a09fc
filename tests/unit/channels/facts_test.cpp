#include "channels/facts.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace tocsin {

bool operator==(const channels::fact& x, const std::pair<const char*, const char*>& y) {
  return x.label == y.first && x.value == y.second;
}

} // namespace tocsin

namespace tocsin::channels {

namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

pairs details_of(std::string_view json, size_t* omitted = nullptr) {
  std::vector<fact> facts;
  auto left_out = append_details(facts, json);
  if (omitted)
    *omitted = left_out;
  pairs result;
  for (auto& x : facts)
    result.emplace_back(x.label, x.value);
  return result;
}

TEST(facts, keep_every_digit_of_a_number) {
  EXPECT_EQ(details_of(R"({"a":45.10,"b":12345678901234567890,"c":1E400,"d":-0.0})"),
            (pairs{{"A", "45.10"}, {"B", "12345678901234567890"}, {"C", "1E400"}, {"D", "-0.0"}}));
}

TEST(facts, read_as_people_would_write_them) {
  EXPECT_EQ(details_of(R"({"duration_seconds":45,"ok":true,"by":null,"log":"a\nb"})"),
            (pairs{{"Duration seconds", "45"}, {"Ok", "true"}, {"By", "null"}, {"Log", "a\nb"}}));
}

TEST(facts, flatten_objects_and_join_plain_lists) {
  EXPECT_EQ(
    details_of(R"({"disk":{"used_bytes":7},"names":["a","b",3],"hosts":[{"ip":"x"},{"ip":"y"}]})"),
    (pairs{
      {"Disk.used bytes", "7"}, {"Names", "a, b, 3"}, {"Hosts.1.ip", "x"}, {"Hosts.2.ip", "y"}}));
}

TEST(facts, stop_at_a_depth) {
  std::string deep = R"({"a":)";
  for (int i = 0; i < 50; ++i)
    deep += R"({"a":)";
  deep += "1";
  deep.append(51, '}');
  EXPECT_EQ(details_of(deep), (pairs{{"A.a.a.a", "…"}}));
  EXPECT_EQ(details_of(R"({"l":[[[[[1,2],3]]]],"z":1})"), (pairs{{"L.1.1", "…"}, {"Z", "1"}}));
}

TEST(facts, stop_at_a_number_and_say_so) {
  std::string many = "{";
  for (int i = 0; i < 500; ++i)
    many += fmt::format("{}\"k{}\":{}", i > 0 ? "," : "", i, i);
  many += '}';
  size_t omitted = 0;
  EXPECT_EQ(details_of(many, &omitted).size(), max_details);
  EXPECT_EQ(omitted, 500 - max_details);
}

TEST(facts, cut_what_is_too_long) {
  auto long_text = fmt::format(R"({{"a":"{}"}})", std::string(1'000'000, 'x'));
  EXPECT_EQ(details_of(long_text).at(0).second.size(), max_fact_bytes);
  std::string long_list = R"({"a":[1)";
  for (int i = 0; i < 100'000; ++i)
    long_list += ",22222";
  long_list += "]}";
  EXPECT_EQ(details_of(long_list).size(), 1u);
  EXPECT_LE(details_of(long_list).at(0).second.size(), max_fact_bytes);
}

TEST(facts, take_odd_keys_as_they_come) {
  EXPECT_EQ(details_of(R"({"":1,"__proto__":2,"a":3,"a":4,"x\ny":5})"),
            (pairs{{"(no name)", "1"}, {"__proto__", "2"}, {"A", "3"}, {"A", "4"}, {"X y", "5"}}));
}

TEST(facts, show_details_that_are_no_json_as_they_are) {
  EXPECT_EQ(details_of("{\"a\":1,nonsense"), (pairs{{"Details", "{\"a\":1,nonsense"}}));
}

TEST(facts, repair_what_is_not_utf_8) {
  EXPECT_EQ(details_of("{\"a\":\"\xc3\x28 \xed\xa0\x80 \\u001b[31m\u202e\"}").at(0).second,
            "\ufffd( \ufffd\ufffd\ufffd [31m");
}

accepted_event event_of(std::string type, std::string service) {
  accepted_event result;
  result.value.type = std::move(type);
  result.value.service = std::move(service);
  result.accepted_at = timestamp{std::chrono::seconds{1774794600}};
  return result;
}

TEST(facts, lead_with_the_outcome_and_the_service) {
  auto x = event_of("deploy.failure", "my-app");
  x.value.customer = "Acme Corp";
  x.value.timestamp = "2026-03-29T16:30:00+02:00";
  x.value.details = R"({"image":"a:b"})";
  auto content = content_of(x);
  EXPECT_EQ(content.headline, "Deployment failed: my-app");
  EXPECT_EQ(content.severity, event_severity::error);
  ASSERT_EQ(content.facts.size(), 4u);
  EXPECT_TRUE(content.facts[0] == std::pair("Service", "my-app"));
  EXPECT_TRUE(content.facts[1] == std::pair("Customer", "Acme Corp"));
  EXPECT_TRUE(content.facts[2] == std::pair("Image", "a:b"));
  EXPECT_TRUE(content.facts[3] == std::pair("Time", "2026-03-29 14:30:00 UTC"));
}

TEST(facts, name_types_that_nobody_listed_by_themselves) {
  EXPECT_EQ(content_of(event_of("custom.thing", "")).headline, "custom.thing");
  EXPECT_EQ(content_of(event_of(" ", "")).headline, "Event");
  EXPECT_EQ(content_of(event_of("deploy.success", "\u200b")).headline, "Deployment succeeded");
}

TEST(facts, keep_the_headline_on_one_line) {
  EXPECT_EQ(content_of(event_of("deploy.success", "x\nBcc: evil@x\u2028y")).headline,
            "Deployment succeeded: x Bcc: evil@x y");
}

TEST(facts, know_the_family_of_an_event) {
  EXPECT_EQ(event_family("service.health.down"), "service.health");
  EXPECT_EQ(event_family("deploy.success"), event_family("deploy.failure"));
  EXPECT_EQ(event_family("test"), "test");
}

TEST(facts, show_the_years_that_nanoseconds_do_not_reach) {
  accepted_event event;
  event.value.timestamp = "1013-03-29T14:30:00Z";
  EXPECT_EQ(content_of(event).facts.back().value, "1013-03-29 14:30:00 UTC");
  event.value.timestamp = "9999-12-31T23:59:59Z";
  EXPECT_EQ(content_of(event).facts.back().value, "9999-12-31 23:59:59 UTC");
}

TEST(facts, write_what_are_letters_and_no_words_in_capitals) {
  std::vector<fact> facts;
  append_details(facts, R"({"url":"x","ip":"y","identity":"z"})");
  ASSERT_EQ(facts.size(), 3u);
  EXPECT_EQ(facts[0].label, "URL");
  EXPECT_EQ(facts[1].label, "IP");
  EXPECT_EQ(facts[2].label, "Identity");
}

} // namespace

} // namespace tocsin::channels
