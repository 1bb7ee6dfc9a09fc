#include "tests/integration/http/server_fixture.hpp"

#include <ostream>

namespace tocsin::http {

namespace {

using namespace std::string_literals;

/// A request that two servers in a row might read differently, and what becomes of it.
struct doubtful_request {
  const char* name;
  std::string text;
  unsigned status;
  /// Whether nobody can be sure where the next request begins.
  bool closes;
};

void PrintTo(const doubtful_request& x, std::ostream* out) {
  *out << x.name;
}

/// A request with `fields` after the usual ones, then `body`.
std::string post(std::string_view fields, std::string_view body) {
  std::string result = "POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer all\r\n"
                       "Content-Type: application/json\r\n";
  return result.append(fields).append("\r\n").append(body);
}

std::string get(std::string_view target, std::string_view fields = {}) {
  std::string result{"GET "};
  result.append(target).append(" HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer all\r\n");
  return result.append(fields).append("\r\n");
}

std::string event_with(std::string_view fields) {
  return post(fields, good_event);
}

std::string sized(std::string_view size) {
  return "Content-Length: " + std::string{size} + "\r\n";
}

const std::string good_size = std::to_string(good_event.size());
const std::string chunked_event = "28\r\n" + std::string{good_event} + "\r\n0\r\n\r\n";

} // namespace

class smuggling_test : public server_fixture,
                       public testing::WithParamInterface<doubtful_request> {};

TEST_P(smuggling_test, is_read_in_one_way_or_not_at_all) {
  start();
  auto& x = GetParam();
  raw_client client{server_->port()};
  // What follows must be answered as a request of its own, or not at all.
  client.send(x.text + get("/api/v1/marker"));
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, x.status) << reply->body;
  EXPECT_EQ(reply->headers["connection"], x.closes ? "close" : "");
  if (x.closes) {
    EXPECT_TRUE(client.sees_close());
  } else {
    auto next = client.read();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->status, 404u);
  }
  EXPECT_EQ(world().submitted.size(), x.status == 202 ? 1u : 0u);
}

const doubtful_request bodies[] = {
  {"length_and_chunks", post(sized("5") + "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400,
   true},
  {"chunks_and_length", post("Transfer-Encoding: chunked\r\n" + sized("5"), "0\r\n\r\n"), 400,
   true},
  {"two_lengths", event_with(sized(good_size) + sized("5")), 400, true},
  {"two_equal_lengths", event_with(sized(good_size) + sized(good_size)), 400, true},
  {"list_of_lengths", event_with(sized(good_size + ", " + good_size)), 400, true},
  {"signed_length", event_with(sized("+" + good_size)), 400, true},
  {"negative_length", event_with(sized("-1")), 400, true},
  {"hexadecimal_length", event_with(sized("0x28")), 400, true},
  {"length_with_a_fraction", event_with(sized("40.0")), 400, true},
  {"empty_length", event_with(sized("")), 400, true},
  {"length_beyond_64_bits", event_with(sized("18446744073709551656")), 400, true},
  // The grammar takes leading zeros, and there is one way to read them.
  {"length_with_zeros", event_with(sized("000" + good_size)), 202, false},
  {"coding_identity", event_with("Transfer-Encoding: identity\r\n" + sized(good_size)), 400, true},
  {"unknown_coding", post("Transfer-Encoding: xchunked\r\n", chunked_event), 400, true},
  {"two_codings", post("Transfer-Encoding: gzip, chunked\r\n", chunked_event), 400, true},
  {"chunked_twice", post("Transfer-Encoding: chunked, chunked\r\n", chunked_event), 400, true},
  {"chunked_in_two_fields",
   post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunked_event), 400, true},
  {"chunked_then_identity", post("Transfer-Encoding: chunked, identity\r\n", chunked_event), 400,
   true},
  {"chunked_in_quotes", post("Transfer-Encoding: \"chunked\"\r\n", chunked_event), 400, true},
  {"chunked_after_a_tab", post("Transfer-Encoding:\tchunked\r\n", chunked_event), 202, false},
  {"chunked_of_http_1_0",
   "POST /api/v1/events HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
     + chunked_event,
   400, true},
  {"chunk_of_negative_size", post("Transfer-Encoding: chunked\r\n", "-28\r\n\r\n0\r\n\r\n"), 400,
   true},
  {"chunk_size_beyond_64_bits",
   post("Transfer-Encoding: chunked\r\n", "10000000000000028\r\n\r\n0\r\n\r\n"), 400, true},
  {"chunk_size_with_0x", post("Transfer-Encoding: chunked\r\n", "0x28\r\n"s + chunked_event), 400,
   true},
  {"chunk_longer_than_it_says",
   post("Transfer-Encoding: chunked\r\n", "5\r\n" + std::string{good_event} + "\r\n0\r\n\r\n"), 400,
   true},
  {"chunk_ended_by_lf",
   post("Transfer-Encoding: chunked\r\n", "28\n" + std::string{good_event} + "\n0\n\n"), 400, true},
  {"chunk_extension",
   post("Transfer-Encoding: chunked\r\n", "28;a=\"b\"\r\n" + chunked_event.substr(4)), 202, false},
  {"token_behind_the_body",
   "POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
   "Transfer-Encoding: chunked\r\n\r\n28\r\n"
     + std::string{good_event} + "\r\n0\r\nAuthorization: Bearer all\r\n\r\n",
   401, false},
  {"oversize_chunk_extension",
   post("Transfer-Encoding: chunked\r\n", "28;a=" + std::string(64 * 1024, 'b') + "\r\n"), 400,
   true},
};

const doubtful_request fields[] = {
  {"folded_field", event_with("X-A: b\r\n c\r\n" + sized(good_size)), 400, true},
  {"folded_by_a_tab", event_with("X-A: b\r\n\tc\r\n" + sized(good_size)), 400, true},
  {"folded_coding", post("Transfer-Encoding:\r\n chunked\r\n", chunked_event), 400, true},
  {"folded_first_field", "GET /healthz HTTP/1.1\r\n Host: x\r\n\r\n", 400, true},
  {"space_before_colon", event_with("Content-Length : " + good_size + "\r\n"), 400, true},
  {"tab_before_colon", event_with("Content-Length\t: " + good_size + "\r\n"), 400, true},
  {"field_without_colon", event_with("Nothing\r\n" + sized(good_size)), 400, true},
  {"field_without_name", event_with(": x\r\n" + sized(good_size)), 400, true},
  {"name_with_nul", event_with("X\0Y: z\r\n"s + sized(good_size)), 400, true},
  {"value_with_nul", event_with("X: y\0z\r\n"s + sized(good_size)), 400, true},
  {"value_with_cr", event_with("X: y\rContent-Length: 1\r\n" + sized(good_size)), 400, true},
  {"lf_within_the_header", event_with("X: y\nContent-Length: 1\r\n" + sized(good_size)), 400, true},
  {"lf_alone", "GET /healthz HTTP/1.1\nHost: x\n\n", 400, true},
  {"no_host", "GET /healthz HTTP/1.1\r\n\r\n", 400, true},
  {"two_hosts", get("/healthz", "Host: y\r\n"), 400, true},
  {"two_tokens", event_with("Authorization: Bearer other\r\n" + sized(good_size)), 400, true},
  {"two_types", event_with("Content-Type: text/plain\r\n" + sized(good_size)), 400, true},
  {"two_codings_of_the_content",
   event_with("Content-Encoding: gzip\r\nContent-Encoding: br\r\n" + sized(good_size)), 400, true},
  {"two_idempotency_keys",
   event_with("Idempotency-Key: a\r\nIdempotency-Key: b\r\n" + sized(good_size)), 400, true},
  {"two_conditions", get("/api/v1/marker", "If-Match: \"1\"\r\nIf-Match: \"2\"\r\n"), 400, true},
  {"a_hundred_and_one_fields",
   [] {
     std::string many;
     for (int i = 0; i < 99; ++i)
       many += "X: y\r\n";
     return get("/healthz", many);
   }(),
   431, true},
  {"header_over_16_kib", get("/healthz", "X: " + std::string(17'000, 'y') + "\r\n"), 431, true},
};

const doubtful_request targets[] = {
  {"absolute_form", get("http://elsewhere/healthz"), 200, false},
  {"absolute_form_of_another_scheme", get("ftp://elsewhere/healthz"), 400, false},
  {"authority_form", get("elsewhere:80"), 400, false},
  {"connect", "CONNECT elsewhere:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400, false},
  {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400, false},
  {"no_slash", get("healthz"), 400, false},
  {"two_slashes", get("//healthz"), 404, false},
  {"encoded_slash", get("/api/v1%2Fevents"), 404, false},
  {"dots", get("/api/v1/../../healthz"), 404, false},
  {"encoded_dots", get("/api/v1/%2e%2e/%2e%2e/healthz"), 404, false},
  {"encoded_dots_for_an_id", get("/api/v1/channels/%2e%2e"), 404, false},
  {"encoded_slash_in_a_name", get("/api/v1/admins/a%2fb"), 404, false},
  {"encoded_nul", get("/api/v1/admins/a%00b"), 404, false},
  {"nul", get("/api/v1/admins/a\0b"s), 400, true},
  {"half_an_escape", get("/api/v1/events/%4"), 400, false},
  {"fragment", get("/healthz#x"), 400, false},
  {"backslash", get("/api\\v1"), 400, false},
  {"space", get("/healthz x"), 400, true},
  {"over_8_kib", get("/" + std::string(9'000, 'a')), 414, true},
  {"over_the_header_limit", get("/" + std::string(20'000, 'a')), 431, true},
  {"lower_case_method", "get /healthz HTTP/1.1\r\nHost: x\r\n\r\n", 405, false},
  {"http_0_9", "GET /healthz\r\n\r\n", 400, true},
  {"http_2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, true},
};

auto name_of(const testing::TestParamInfo<doubtful_request>& x) {
  return std::string{x.param.name};
}

INSTANTIATE_TEST_SUITE_P(bodies, smuggling_test, testing::ValuesIn(bodies), name_of);
INSTANTIATE_TEST_SUITE_P(fields, smuggling_test, testing::ValuesIn(fields), name_of);
INSTANTIATE_TEST_SUITE_P(targets, smuggling_test, testing::ValuesIn(targets), name_of);

} // namespace tocsin::http
