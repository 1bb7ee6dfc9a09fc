#include "http/request_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin::http {

namespace {

constexpr size_t max_header_bytes = 1024;
constexpr size_t max_body_bytes = 100;

class request_reader_test : public testing::Test {
protected:
  /// What is wrong once `text` has come as well; empty if nothing is.
  std::string fault_after(std::string_view text) {
    while (!text.empty()) {
      auto count = boost::asio::buffer_copy(reader_.room(), boost::asio::buffer(text));
      reader_.commit(count);
      text.remove_prefix(count);
      if (auto fault = reader_.read())
        return fault->detail;
    }
    return {};
  }

  request_reader reader_{max_header_bytes, max_body_bytes};
};

TEST_F(request_reader_test, reads_pipelined_requests_one_after_the_other) {
  EXPECT_EQ(fault_after("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\nGET"),
            "");
  for (auto* target : {"/a", "/b"}) {
    ASSERT_TRUE(reader_.is_done());
    EXPECT_EQ(reader_.release().target, target);
    reader_.begin();
    EXPECT_FALSE(reader_.read());
  }
  EXPECT_FALSE(reader_.is_header_done());
  EXPECT_TRUE(reader_.has_begun());
}

TEST_F(request_reader_test, gives_the_header_before_the_body_has_come) {
  EXPECT_EQ(fault_after("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nwo"), "");
  ASSERT_TRUE(reader_.is_header_done());
  EXPECT_FALSE(reader_.is_done());
  auto head = reader_.release_head();
  EXPECT_EQ(head.target, "/a");
  EXPECT_TRUE(head.lacks_body);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(fault_after("rd"), "");
  ASSERT_TRUE(reader_.is_done());
  EXPECT_EQ(reader_.release_body(), "word");
}

TEST_F(request_reader_test, refuses_what_is_too_large_by_its_limits) {
  EXPECT_EQ(fault_after("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n"),
            "the body is larger than the limit of 100 bytes");
  reader_ = request_reader{max_header_bytes, max_body_bytes};
  EXPECT_EQ(fault_after("GET /a HTTP/1.1\r\nX: " + std::string(max_header_bytes, 'x')),
            "the header is larger than the limit of 1024 bytes");
  reader_ = request_reader{max_header_bytes, max_body_bytes};
  EXPECT_EQ(fault_after("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;"
                        + std::string(100'000, 'x')),
            "a line of the body's framing is too long");
}

} // namespace

} // namespace tocsin::http
