#include "http/event_stream.hpp"

#include <gtest/gtest.h>

namespace tocsin::http {

namespace {

constexpr std::string_view run_text = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

feed_position at(uint64_t number) {
  return {*parse_ulid(run_text), number};
}

TEST(event_stream_test, writes_positions_whose_order_is_that_of_their_texts) {
  EXPECT_EQ(to_string(at(42)), "01ARZ3NDEKTSV4RRFFQ69G5FAV-0000000000000042");
  EXPECT_LT(to_string(at(9)), to_string(at(10)));
  feed_position later{at(0).run.plus(1), 0};
  EXPECT_LT(to_string(at(10)), to_string(later));
}

TEST(event_stream_test, reads_what_it_wrote_and_nothing_else) {
  EXPECT_EQ(parse_feed_position(to_string(at(0))), at(0));
  EXPECT_EQ(parse_feed_position(to_string(at(9'999'999'999'999'999))), at(9'999'999'999'999'999));
  for (std::string text :
       {"", "7", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAV-",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV-42", "01ARZ3NDEKTSV4RRFFQ69G5FAV-000000000000004x",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV-00000000000000420",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV_0000000000000042",
        "01ARZ3NDEKTSV4RRFFQ69G5F!V-0000000000000042",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV-+000000000000042",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV--000000000000042"})
    EXPECT_FALSE(parse_feed_position(text)) << text;
}

TEST(event_stream_test, writes_events) {
  std::string text;
  write_event(text, at(1), "delivery", R"({"a":1})");
  write_position(text, at(2));
  EXPECT_EQ(text, "id: 01ARZ3NDEKTSV4RRFFQ69G5FAV-0000000000000001\nevent: delivery\n"
                  "data: {\"a\":1}\n\n"
                  "id: 01ARZ3NDEKTSV4RRFFQ69G5FAV-0000000000000002\n\n");
}

} // namespace

} // namespace tocsin::http
