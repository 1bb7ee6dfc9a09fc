#include "tests/integration/http/server_fixture.hpp"
#include "tests/support/eventually.hpp"

#include <caf/send.hpp>
#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tocsin::http {

using namespace std::chrono_literals;

class server_limits_test : public server_fixture {
protected:
  /// Sends `text` on a connection of its own, and expects a problem document and the end.
  void expect_refusal(std::string_view text, unsigned status, std::string_view code) {
    raw_client client{server_->port()};
    client.send(text);
    auto reply = client.read();
    ASSERT_TRUE(reply) << text;
    EXPECT_EQ(reply->status, status) << text;
    EXPECT_EQ(reply->headers["content-type"], "application/problem+json");
    EXPECT_EQ(reply->headers["connection"], "close");
    EXPECT_FALSE(reply->headers["x-request-id"].empty());
    EXPECT_NE(reply->body.find('"' + std::string{code} + '"'), std::string::npos) << reply->body;
    EXPECT_TRUE(client.sees_close()) << text;
  }
};

TEST_F(server_limits_test, refuses_what_is_not_http) {
  start();
  for (auto text : {"hello\r\n\r\n", "GET / HTTP/3.0\r\nHost: x\r\n\r\n",
                    "GET /healthz HTTP/1.1\r\nHost x\r\n\r\n", "GET /healthz HTTP/1.1\r\n\r\n",
                    "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                    "\x16\x03\x01\x02\x01\x01\xfc\x03\x03 not a hello"})
    expect_refusal(text, 400, "malformed_request");
}

TEST_F(server_limits_test, refuses_bodies_whose_end_is_in_doubt) {
  start();
  std::string head = "POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer all\r\n";
  for (auto framing :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: gzip\r\n\r\n", "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "Content-Length: -1\r\n\r\n",
        "Content-Length: x\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "Expect: a-miracle\r\nContent-Length: 5\r\n\r\n"})
    expect_refusal(head + framing, 400, "malformed_request");
  EXPECT_TRUE(world().submitted.empty());
}

TEST_F(server_limits_test, refuses_a_body_of_two_mebibytes) {
  start();
  std::string body(2 * 1024 * 1024, ' ');
  expect_refusal(text_of("POST", "/api/v1/events", body), 413, "body_too_large");
  std::string chunked = "POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer all\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n200000\r\n";
  expect_refusal(chunked + body, 413, "body_too_large");
  EXPECT_TRUE(world().submitted.empty());
}

TEST_F(server_limits_test, refuses_a_large_body_before_it_is_sent) {
  start();
  expect_refusal("POST /api/v1/events HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                 "Content-Length: 2000000\r\n\r\n",
                 413, "body_too_large");
}

TEST_F(server_limits_test, takes_a_body_just_within_the_limit) {
  options_.max_body_bytes = good_event.size();
  start();
  raw_client client{server_->port()};
  client.send(text_of("POST", "/api/v1/events", good_event));
  EXPECT_EQ(client.read()->status, 202u);
  client.send(text_of("POST", "/api/v1/events", std::string{good_event}.append(" ")));
  EXPECT_EQ(client.read()->status, 413u);
}

TEST_F(server_limits_test, refuses_a_header_without_end) {
  options_.max_header_bytes = 2000;
  start();
  expect_refusal("GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + std::string(3000, 'a'), 431,
                 "header_too_large");
  expect_refusal("GET /" + std::string(3000, 'a'), 431, "header_too_large");
}

TEST_F(server_limits_test, refuses_a_head_request_without_a_body) {
  options_.max_header_bytes = 2000;
  start();
  for (auto text : {"HEAD /healthz HTTP/1.1\r\nHost: x\r\nX: " + std::string(3000, 'a'),
                    std::string{"HEAD /healthz HTTP/1.1\r\n Host: x\r\n\r\n"},
                    std::string{"HEAD /healthz HTTP/1.1\r\nHost x\r\n\r\n"}}) {
    raw_client client{server_->port()};
    client.send(text);
    auto reply = client.read(false);
    ASSERT_TRUE(reply) << text;
    EXPECT_GE(reply->status, 400u);
    EXPECT_TRUE(client.sees_close()) << text;
  }
}

TEST_F(server_limits_test, refuses_a_chunk_extension_without_end) {
  options_.max_header_bytes = 2000;
  start();
  expect_refusal("POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer all\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n5;"
                   + std::string(100'000, 'a'),
                 400, "malformed_request");
}

TEST_F(server_limits_test, answers_half_a_request) {
  start();
  raw_client client{server_->port()};
  auto text = text_of("POST", "/api/v1/events", good_event);
  client.send(text.substr(0, text.size() - 3));
  client.end_sending();
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 400u);
  EXPECT_TRUE(client.sees_close());
  EXPECT_TRUE(world().submitted.empty());
}

TEST_F(server_limits_test, refuses_a_header_that_trickles) {
  options_.header_timeout = 200ms;
  start();
  raw_client client{server_->port()};
  auto begin = std::chrono::steady_clock::now();
  client.send("GET /healthz HTTP/1.1\r\n");
  // A byte now and then must not buy more time.
  while (!client.has_input() && std::chrono::steady_clock::now() - begin < 10s) {
    client.send("X");
    std::this_thread::sleep_for(20ms);
  }
  ASSERT_LT(std::chrono::steady_clock::now() - begin, 5s);
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 408u);
  EXPECT_TRUE(client.sees_close());
}

TEST_F(server_limits_test, refuses_a_body_that_trickles) {
  options_.transfer_timeout = 200ms;
  start();
  raw_client client{server_->port()};
  auto begin = std::chrono::steady_clock::now();
  client.send(text_of("POST", "/api/v1/events", std::string(10'000, ' ')).substr(0, 150));
  while (!client.has_input() && std::chrono::steady_clock::now() - begin < 10s) {
    client.send(" ");
    std::this_thread::sleep_for(20ms);
  }
  ASSERT_LT(std::chrono::steady_clock::now() - begin, 5s);
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 408u);
  EXPECT_NE(reply->body.find("request_timeout"), std::string::npos);
  EXPECT_TRUE(client.sees_close());
  EXPECT_TRUE(world().submitted.empty());
}

TEST_F(server_limits_test, refuses_a_body_that_does_not_come) {
  options_.transfer_timeout = 100ms;
  start();
  expect_refusal(text_of("POST", "/api/v1/events", good_event).substr(0, 150), 408,
                 "request_timeout");
}

TEST_F(server_limits_test, closes_an_idle_connection) {
  // Both at once, and long enough for the request.
  options_.idle_timeout = 1s;
  start();
  raw_client fresh{server_->port()};
  raw_client used{server_->port()};
  used.send(text_of("GET", "/healthz"));
  auto reply = used.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200u);
  EXPECT_TRUE(fresh.sees_close());
  EXPECT_TRUE(used.sees_close());
}

TEST_F(server_limits_test, does_not_close_while_an_actor_takes_its_time) {
  options_.idle_timeout = options_.header_timeout = options_.transfer_timeout = 1s;
  start();
  world().mode = fake_world::ingress_mode::hold;
  raw_client slow{server_->port()};
  slow.send(text_of("POST", "/api/v1/events", good_event));
  ASSERT_TRUE(world().wait_for_submissions(1));
  // Its idle neighbour is closed, so the time has passed for both.
  raw_client idle{server_->port()};
  EXPECT_TRUE(idle.sees_close());
  caf::anon_send(fakes_->ingress, release_held{});
  auto reply = slow.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 202u);
}

TEST_F(server_limits_test, gives_up_on_an_actor_after_the_ask_timeout) {
  options_.ask_timeout = 100ms;
  start();
  world().mode = fake_world::ingress_mode::hold;
  raw_client client{server_->port()};
  client.send(text_of("POST", "/api/v1/events", good_event));
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 429u);
  client.send(text_of("GET", "/healthz"));
  EXPECT_EQ(client.read()->status, 200u);
}

TEST_F(server_limits_test, lets_only_so_many_events_wait) {
  options_.max_waiting_events = 1;
  start();
  world().mode = fake_world::ingress_mode::hold;
  raw_client first{server_->port()};
  first.send(text_of("POST", "/api/v1/events", good_event));
  ASSERT_TRUE(world().wait_for_submissions(1));
  raw_client second{server_->port()};
  second.send(text_of("POST", "/api/v1/events", good_event));
  auto refused = second.read();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 429u);
  EXPECT_EQ(refused->headers["retry-after"], "1");
  caf::anon_send(fakes_->ingress, release_held{});
  EXPECT_EQ(first.read()->status, 202u);
}

TEST_F(server_limits_test, counts_events_that_wait_though_their_senders_were_told_to_come_again) {
  // It holds for finding the token's holder as well.
  options_.ask_timeout = 1s;
  options_.max_waiting_events = 1;
  start();
  world().mode = fake_world::ingress_mode::hold;
  raw_client client{server_->port()};
  client.send(text_of("POST", "/api/v1/events", good_event));
  ASSERT_TRUE(world().wait_for_submissions(1));
  EXPECT_THAT(client.read()->body, testing::HasSubstr("no answer in time"));
  client.send(text_of("POST", "/api/v1/events", good_event));
  EXPECT_THAT(client.read()->body, testing::HasSubstr("too many events are waiting"));
  {
    std::lock_guard lock{world().guard};
    world().mode = fake_world::ingress_mode::accept;
  }
  caf::anon_send(fakes_->ingress, release_held{});
  // The late answer makes room; when, only asking tells.
  std::optional<raw_response> reply;
  for (int i = 0; i < 1000 && (!reply || reply->status != 202); ++i) {
    client.send(text_of("POST", "/api/v1/events", good_event));
    reply = client.read();
  }
  EXPECT_EQ(reply->status, 202u);
}

TEST_F(server_limits_test, takes_only_so_many_connections) {
  options_.max_connections = 2;
  start();
  std::optional<raw_client> first;
  first.emplace(server_->port());
  raw_client second{server_->port()};
  for (auto client : {&*first, &second}) {
    client->send(text_of("GET", "/healthz"));
    EXPECT_EQ(client->read()->status, 200u);
  }
  raw_client third{server_->port()};
  auto refused = third.read();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 503u);
  EXPECT_EQ(refused->headers["retry-after"], "1");
  EXPECT_NE(refused->body.find("too_many_connections"), std::string::npos);
  EXPECT_TRUE(third.sees_close());
  first->send(text_of("GET", "/healthz", {}, "Connection: close\r\n"));
  EXPECT_EQ(first->read()->status, 200u);
  EXPECT_TRUE(first->sees_close());
  first.reset();
  // The server notices the end when it reads it; until then it may still turn clients away.
  std::optional<raw_response> reply;
  for (int i = 0; i < 1000 && (!reply || reply->status != 200); ++i) {
    raw_client fourth{server_->port()};
    fourth.send(text_of("GET", "/healthz"));
    reply = fourth.read();
  }
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200u);
}

TEST_F(server_limits_test, takes_only_so_many_connections_from_one_address) {
  options_.max_connections_per_address = 1;
  start();
  raw_client first{server_->port()};
  first.send(text_of("GET", "/healthz"));
  EXPECT_EQ(first.read()->status, 200u);
  expect_refusal("", 503, "too_many_connections");
  raw_client neighbour{server_->port(), "127.0.0.2"};
  neighbour.send(text_of("GET", "/healthz"));
  auto reply = neighbour.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200u);
}

TEST_F(server_limits_test, says_once_that_it_can_accept_nobody_and_once_that_it_can_again) {
  std::atomic<int> faults = 0;
  std::atomic<int> recoveries = 0;
  options_.report = [&](const std::string&) { ++faults; };
  options_.report_recovery = [&](const std::string&) { ++recoveries; };
  start();
  rlimit usual{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &usual), 0);
  auto next = ::dup(STDERR_FILENO);
  ::close(next);
  // The client's socket is the last file that may be opened.
  rlimit few{static_cast<rlim_t>(next) + 1, usual.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  raw_client client{server_->port()};
  EXPECT_TRUE(eventually([&] { return faults == 1; }));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &usual), 0);
  EXPECT_TRUE(eventually([&] { return recoveries == 1; }));
  client.send(text_of("GET", "/healthz"));
  EXPECT_EQ(client.read()->status, 200u);
  EXPECT_EQ(faults, 1);
}

TEST_F(server_limits_test, closes_on_a_client_that_does_not_read) {
  options_.transfer_timeout = 200ms;
  start();
  raw_client client{server_->port()};
  // More answers than the kernel holds for both sides.
  std::string requests;
  for (int i = 0; i < 300; ++i)
    requests += text_of("GET", "/openapi.json");
  EXPECT_TRUE(client.send(requests));
  EXPECT_TRUE(eventually([&] { return !client.send("x"); }));
}

TEST_F(server_limits_test, holds_only_so_much_for_clients_that_do_not_read) {
  start();
  world().long_message = std::string(20 * 1024 * 1024, 'x');
  std::vector<std::unique_ptr<raw_client>> idle;
  auto ask = [&] {
    idle.push_back(std::make_unique<raw_client>(server_->port()));
    idle.back()->send(text_of("GET", "/api/v1/events"));
  };
  for (int i = 0; i < 3; ++i)
    ask();
  auto answered = [&] {
    std::lock_guard lock{world().guard};
    return world().event_lists.size();
  };
  ASSERT_TRUE(eventually([&] { return answered() == 3; }));
  raw_client one_more{server_->port()};
  one_more.send(text_of("GET", "/api/v1/events"));
  EXPECT_EQ(one_more.read()->status, 429u);
  one_more.send(text_of("GET", "/healthz"));
  EXPECT_EQ(one_more.read()->status, 200u);
  // Whoever goes away makes room, as does whoever reads; when, only asking tells.
  idle.pop_back();
  std::optional<raw_response> reply;
  for (int i = 0; i < 1000 && (!reply || reply->status != 200); ++i) {
    one_more.send(text_of("GET", "/api/v1/events"));
    reply = one_more.read();
  }
  EXPECT_EQ(reply->status, 200u);
}

TEST_F(server_limits_test, refuses_wrong_tokens_and_types_over_the_wire) {
  start();
  raw_client client{server_->port()};
  client.send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n");
  auto reply = client.read();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 401u);
  EXPECT_EQ(reply->headers["www-authenticate"], "Bearer");
  client.send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer wrong\r\n\r\n");
  EXPECT_EQ(client.read()->status, 401u);
  client.send("POST /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer all\r\n"
              "Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(client.read()->status, 415u);
  client.send(text_of("POST", "/api/v1/events", "{"));
  EXPECT_EQ(client.read()->status, 400u);
  client.send(text_of("POST", "/api/v1/events", R"({"event":1})"));
  EXPECT_EQ(client.read()->status, 422u);
  client.send(text_of("GET", "/api/v1/channels/17"));
  EXPECT_EQ(client.read()->status, 404u);
  EXPECT_TRUE(world().submitted.empty());
}

} // namespace tocsin::http
