#include "http/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace tocsin::http {

namespace {

/// Reads all of `text`, in pieces of `step` bytes at least.
void read(request_parser& parser, std::string text, size_t step = 4096) {
  parser.eager(true);
  std::string buffer;
  while (!parser.is_done() && !text.empty()) {
    buffer += text.substr(0, step);
    text.erase(0, step);
    boost::system::error_code ec;
    buffer.erase(0, parser.put(boost::asio::buffer(buffer), ec));
  }
}

std::string with(const std::string& fields, const std::string& body = {}) {
  return "POST /api/v1/events?a=b HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}

std::string fault_of(const std::string& text) {
  request_parser parser{16 * 1024, 1024};
  read(parser, text);
  auto fault = parser.find_fault();
  return fault ? std::string{fault->detail} : std::string{};
}

class request_parser_test : public testing::TestWithParam<size_t> {};

TEST_P(request_parser_test, takes_what_routes_look_at_wherever_it_is_cut) {
  request_parser parser{16 * 1024, 1024};
  read(parser,
       with("AUTHORIZATION: Bearer t\r\ncontent-type: application/json\r\nidempotency-KEY: k\r\n"
            "X-Csrf-Token: c\r\nlast-event-id: 7\r\nx-request-id: r-1\r\nX-Else: e\r\n"
            "Content-Length: 5\r\n",
            "hello"),
       GetParam());
  ASSERT_TRUE(parser.is_done());
  EXPECT_FALSE(parser.find_fault());
  EXPECT_EQ(parser.client_request_id(), "r-1");
  auto x = parser.release();
  EXPECT_EQ(x.verb, method::post);
  EXPECT_EQ(x.target, "/api/v1/events?a=b");
  EXPECT_EQ(x.authorization, "Bearer t");
  EXPECT_EQ(x.content_type, "application/json");
  EXPECT_EQ(x.idempotency_key, "k");
  EXPECT_EQ(x.csrf_token, "c");
  EXPECT_EQ(x.last_event_id, "7");
  EXPECT_FALSE(x.cookie);
  EXPECT_EQ(x.body, "hello");
}

TEST_P(request_parser_test, takes_no_field_from_behind_the_body) {
  request_parser parser{16 * 1024, 1024};
  read(parser,
       with("Transfer-Encoding: chunked\r\n",
            "2\r\nhe\r\n3\r\nllo\r\n0\r\nAuthorization: Bearer t\r\nHost: y\r\n\r\n"),
       GetParam());
  ASSERT_TRUE(parser.is_done());
  EXPECT_FALSE(parser.find_fault());
  auto x = parser.release();
  EXPECT_EQ(x.body, "hello");
  EXPECT_FALSE(x.authorization);
}

INSTANTIATE_TEST_SUITE_P(steps, request_parser_test, testing::Values(1, 7, 64, 4096));

TEST(request_parser_fault, names_what_others_may_read_in_another_way) {
  EXPECT_EQ(fault_of(with("")), "");
  EXPECT_EQ(fault_of(with("Host: y\r\n")), "exactly one 'Host' is required");
  EXPECT_EQ(fault_of("GET / HTTP/1.1\r\n\r\n"), "exactly one 'Host' is required");
  EXPECT_EQ(fault_of("GET / HTTP/1.0\r\n\r\n"), "");
  EXPECT_EQ(fault_of(with("Content-Length: 0\r\nContent-Length: 0\r\n")),
            "'Content-Length' must appear only once");
  EXPECT_EQ(fault_of(with("Transfer-Encoding: gzip, chunked\r\n")),
            "'Transfer-Encoding' can only be 'chunked'");
  EXPECT_EQ(fault_of(with("Expect: a-miracle\r\n")), "'Expect' can only be '100-continue'");
  EXPECT_EQ(fault_of(with("Expect: 100-continue\r\nExpect: a-miracle\r\n")),
            "'Expect' can only be '100-continue'");
  EXPECT_EQ(fault_of(with("If-Match: \"1\"\r\nif-match: \"1\"\r\n")),
            "'If-Match' must appear only once");
  EXPECT_EQ(fault_of(with("idempotency-key: a\r\nIdempotency-Key: a\r\n")),
            "'Idempotency-Key' must appear only once");
  EXPECT_EQ(fault_of(with("Cookie: a=b\r\nCookie: c=d\r\n")), "");
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += "X: y\r\n";
  EXPECT_EQ(fault_of(with(many)), "there are more than 100 header fields");
}

TEST(request_parser_id, is_one_that_may_stand_in_logs) {
  for (auto [given, taken] : {std::pair{"a.B_9-", "a.B_9-"}, {"a b", ""}, {"a\"b", ""}}) {
    request_parser parser{16 * 1024, 1024};
    read(parser, with(std::string{"X-Request-Id: "} + given + "\r\n"));
    EXPECT_EQ(parser.client_request_id(), taken);
  }
}

} // namespace

} // namespace tocsin::http
