#include "app/bench/http_frame.hpp"
#include "app/bench/request_buffer.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace tocsin::bench {

namespace {

const run_mark mark{"1a2b3c4d"};

request_buffer make(size_t events, size_t bytes = 500, uint64_t seed = 1) {
  return {mark, {bytes, seed}, "127.0.0.1:8420", "/panel", "tk", events};
}

std::string body_of(std::string_view request) {
  auto frame = find_frame(request);
  EXPECT_EQ(frame.state, http_frame::standing::complete);
  EXPECT_EQ(frame.bytes(), request.size());
  return std::string{frame.body(request)};
}

} // namespace

TEST(request_buffer, sends_one_event_as_an_object_of_the_size_that_is_asked_for) {
  auto buffer = make(1);
  auto request = std::string{buffer.stamp(42)};
  EXPECT_TRUE(request.starts_with("POST /panel/api/v1/events HTTP/1.1\r\n"));
  EXPECT_NE(request.find("\r\nAuthorization: Bearer tk\r\n"), std::string::npos);
  auto body = body_of(request);
  EXPECT_EQ(body.size(), 500u);
  auto event = boost::json::parse(body);
  EXPECT_EQ(event.at("event").as_string(), "service.started");
  EXPECT_EQ(event.at("service").as_string(), "tocsin-bench-1a2b3c4d");
  EXPECT_EQ(find_number(body, mark.prefix()), 42u);
}

TEST(request_buffer, numbers_the_events_of_an_array_anew_for_each_request) {
  auto buffer = make(3, 300);
  for (uint64_t first : {uint64_t{0}, uint64_t{9'999'999'990}}) {
    auto events = boost::json::parse(body_of(buffer.stamp(first))).as_array();
    ASSERT_EQ(events.size(), 3u);
    for (uint64_t i = 0; i < 3; ++i)
      EXPECT_EQ(find_number(boost::json::serialize(events[i]), mark.prefix()), first + i);
  }
}

TEST(request_buffer, names_the_customers_in_turn) {
  request_buffer buffer{mark, {500, 1, 3}, "host:1", "", "", 2};
  for (uint64_t first : {4, 5}) {
    auto events = boost::json::parse(body_of(buffer.stamp(first))).as_array();
    for (uint64_t i = 0; i < 2; ++i) {
      EXPECT_EQ(events[i].at("customer").as_string(), customer_name((first + i) % 3));
      EXPECT_EQ(find_number(boost::json::serialize(events[i]), mark.prefix()), first + i);
    }
  }
}

TEST(request_buffer, makes_a_different_alert_of_each_event) {
  request_buffer buffer{mark, {500, 1}, "host:1", "", "", 2, event_taker::alertmanager};
  auto request = std::string{buffer.stamp(8)};
  EXPECT_TRUE(request.starts_with("POST /api/v2/alerts HTTP/1.1\r\n"));
  EXPECT_EQ(request.find("Authorization"), std::string::npos);
  auto alerts = boost::json::parse(body_of(request)).as_array();
  ASSERT_EQ(alerts.size(), 2u);
  for (uint64_t i = 0; i < 2; ++i) {
    const auto& alert = alerts[i];
    EXPECT_EQ(alert.at("labels").at("alertname").as_string(), "service.started");
    EXPECT_EQ(find_number(boost::json::serialize(alert.at("labels")), mark.prefix()), 8 + i);
    auto details = boost::json::parse(alert.at("annotations").at("details").as_string());
    EXPECT_EQ(details.at("image").as_string(), "bench:latest");
  }
}

TEST(request_buffer, depends_on_the_seed_alone) {
  auto bodies = [](uint64_t seed) {
    auto event = boost::json::parse(body_of(make(1, 500, seed).stamp(0)));
    return std::string{event.at("details").at("note").as_string().c_str()};
  };
  EXPECT_EQ(bodies(1), bodies(1));
  EXPECT_NE(bodies(1), bodies(2));
}

TEST(request_buffer, never_makes_an_event_smaller_than_it_can_be) {
  EXPECT_EQ(body_of(make(1, 1).stamp(0)).find("\"note\":\"\""),
            body_of(make(1, 1).stamp(0)).size() - 11);
}

TEST(request_buffer, knows_numbers_of_its_own_run_only) {
  EXPECT_EQ(find_number("x tocsin-bench 1a2b3c4d 0000000007 y", mark.prefix()), 7u);
  EXPECT_EQ(find_number("x tocsin-bench 99999999 0000000007 y", mark.prefix()), std::nullopt);
  EXPECT_EQ(find_number("x tocsin-bench 1a2b3c4d 00000000x7 y", mark.prefix()), std::nullopt);
  EXPECT_EQ(find_number("x tocsin-bench 1a2b3c4d 0007", mark.prefix()), std::nullopt);
}

} // namespace tocsin::bench
