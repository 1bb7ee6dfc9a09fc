#include "tests/integration/http/server_fixture.hpp"

namespace tocsin::http {

/// Requests that are answered before their body has come.
class early_refusal_test : public server_fixture {
protected:
  /// Sends `head` and nothing of the large body it announces, and expects an answer that closes.
  void expect_refusal(const std::string& head, unsigned status) {
    for (auto* more : {"", "Expect: 100-continue\r\n"}) {
      raw_client client{server_->port()};
      client.send(head + "Host: x\r\nContent-Length: 500000\r\n" + more + "\r\n");
      auto reply = client.read();
      ASSERT_TRUE(reply) << head;
      EXPECT_EQ(reply->status, status) << head;
      EXPECT_EQ(reply->headers["connection"], "close") << head;
      EXPECT_TRUE(client.sees_close()) << head;
    }
  }
};

TEST_F(early_refusal_test, reads_no_body_of_a_stranger) {
  start();
  std::string post = "POST /api/v1/events HTTP/1.1\r\n";
  expect_refusal(post, 401);
  expect_refusal(post + "Authorization: Basic YWxsOg==\r\n", 401);
  expect_refusal(post + "Authorization: Bearer \r\n", 401);
  expect_refusal(post + "Authorization: Bearer wrong\r\n", 401);
  expect_refusal(post + "Cookie: other=1\r\n", 401);
  expect_refusal(post + "Cookie: tocsin_session=wrong\r\n", 403);
}

TEST_F(early_refusal_test, reads_no_body_where_none_is_taken) {
  start();
  expect_refusal("POST /nothing HTTP/1.1\r\n", 404);
  expect_refusal("PUT /api/v1/events HTTP/1.1\r\n", 405);
  expect_refusal("POST /healthz HTTP/1.1\r\n", 405);
}

TEST_F(early_refusal_test, reads_no_large_body_of_whoever_signs_in) {
  start();
  std::string post = "POST /api/v1/session HTTP/1.1\r\n";
  expect_refusal(post, 413);
  raw_client client{server_->port()};
  client.send(post + "Host: x\r\nTransfer-Encoding: chunked\r\n\r\n80000\r\n"
              + std::string(20'000, ' '));
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 413u);
  EXPECT_NE(reply->body.find("16384"), std::string::npos) << reply->body;
  EXPECT_TRUE(client.sees_close());
}

TEST_F(early_refusal_test, lets_a_stranger_that_sends_already_read_the_answer) {
  start();
  raw_client client{server_->port()};
  auto text = "POST /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n"
              + std::string(300'000, ' ');
  client.send(text);
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 401u);
  EXPECT_TRUE(client.sees_close());
}

TEST_F(early_refusal_test, keeps_the_connection_of_whoever_may_call) {
  start();
  raw_client client{server_->port()};
  auto send_apart = [&client](std::string_view body, std::string_view more) {
    auto text = text_of("POST", "/api/v1/events", body, more);
    auto half = text.size() - body.size() / 2;
    client.send(text.substr(0, half));
    // Once this has come, so has the first half.
    if (!more.empty() && !client.read_until("HTTP/1.1 100 Continue\r\n\r\n"))
      ADD_FAILURE() << "no leave to go on";
    client.send(text.substr(half));
    return client.read();
  };
  for (auto* more : {"", "Expect: 100-continue\r\n"}) {
    EXPECT_EQ(send_apart(good_event, more)->status, 202u);
    EXPECT_EQ(send_apart(R"({"event":1})", more)->status, 422u);
  }
  EXPECT_EQ(world().submitted.size(), 2u);
}

TEST_F(early_refusal_test, stops_while_a_body_is_awaited) {
  start();
  raw_client client{server_->port()};
  client.send("POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer all\r\n"
              "Expect: 100-continue\r\nContent-Length: 500000\r\n\r\n");
  ASSERT_TRUE(client.read_until("HTTP/1.1 100 Continue\r\n\r\n"));
  server_->stop();
  EXPECT_TRUE(client.sees_close());
}

} // namespace tocsin::http
