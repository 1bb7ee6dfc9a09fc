#include "app/bench/byte_buffer.hpp"
#include "app/bench/http_frame.hpp"
#include "app/bench/receipts.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace tocsin::bench {

using standing = http_frame::standing;

TEST(http_frame, finds_the_end_of_a_message_at_every_cut) {
  std::string text = "POST /arrivals HTTP/1.1\r\nHost: x\r\nContent-Type: y\r\n"
                     "content-length: 5\r\n\r\nhello";
  for (size_t n = 0; n < text.size(); ++n)
    EXPECT_EQ(find_frame(text.substr(0, n)).state, standing::incomplete) << n;
  auto frame = find_frame(text + "GET");
  EXPECT_EQ(frame.state, standing::complete);
  EXPECT_EQ(frame.bytes(), text.size());
  EXPECT_EQ(frame.body(text), "hello");
}

TEST(http_frame, needs_no_length_where_there_is_no_body) {
  EXPECT_EQ(find_frame("GET / HTTP/1.1\r\n\r\n").state, standing::complete);
}

TEST(http_frame, gives_up_on_what_it_cannot_read) {
  EXPECT_EQ(find_frame("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").state,
            standing::unreadable);
  EXPECT_EQ(find_frame("HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\n").state,
            standing::unreadable);
  EXPECT_EQ(find_frame("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n").state,
            standing::unreadable);
  EXPECT_EQ(find_frame(std::string(20'000, 'x')).state, standing::unreadable);
}

TEST(http_frame, reads_the_status) {
  EXPECT_EQ(status_of("HTTP/1.1 202 Accepted\r\n"), 202);
  EXPECT_EQ(status_of("HTTP/1.1 2x2"), 0);
  EXPECT_EQ(status_of("junk"), 0);
}

TEST(receipts, are_counted_and_their_deliveries_added_up) {
  auto one = sum_receipts(R"({"id":"01J","status":"accepted","deliveries":3})");
  EXPECT_EQ(one.receipts, 1u);
  EXPECT_EQ(one.deliveries, 3u);
  auto list = sum_receipts(R"({"data":[{"id":"1","deliveries": 10},{"id":"2","deliveries":0}]})");
  EXPECT_EQ(list.receipts, 2u);
  EXPECT_EQ(list.deliveries, 10u);
  EXPECT_EQ(sum_receipts("").receipts, 0u);
}

TEST(byte_buffer, keeps_what_is_left_when_it_makes_space) {
  byte_buffer buffer;
  std::string expected;
  char next = 'a';
  for (int i = 0; i < 200; ++i) {
    auto space = buffer.space();
    ASSERT_GE(space.size(), 4096u);
    std::memset(space.data(), next, 3000);
    buffer.commit(3000);
    expected.append(3000, next);
    buffer.consume(2900);
    expected.erase(0, 2900);
    ASSERT_EQ(buffer.text(), expected);
    next = next == 'z' ? 'a' : static_cast<char>(next + 1);
  }
}

} // namespace tocsin::bench
