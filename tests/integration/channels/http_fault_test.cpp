#include "tests/integration/channels/http_transport_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;

/// A port whose line of waiting connections is full: the kernel ignores whoever comes next.
class full_listener {
public:
  full_listener() : sockets_{socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    bind(sockets_[0], generic, length);
    listen(sockets_[0], 0);
    getsockname(sockets_[0], generic, &length);
    port_ = ntohs(address.sin_port);
    for (int i = 0; i < 4; ++i) {
      sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      connect(sockets_.back(), generic, length);
    }
  }

  ~full_listener() {
    for (auto fd : sockets_)
      close(fd);
  }

  uint16_t port() const { return port_; }

private:
  std::vector<int> sockets_;
  uint16_t port_ = 0;
};

using http_fault = http_transport_fixture;

TEST_F(http_fault, gives_up_on_a_server_that_stalls) {
  loopback_server server{[](const received_request&) { return reply_plan{}; }};
  auto target = target_for(server.url("/"));
  auto reply = post_impatiently(target, 5s, 100ms);
  EXPECT_EQ(reply.fault, wire_fault::timed_out);
  EXPECT_EQ(reply.stage, attempt_stage::send);
  EXPECT_TRUE(reply.sent);
  EXPECT_EQ(reply.code, 0);
  EXPECT_GE(reply.duration, 100ms);
}

TEST_F(http_fault, tells_of_a_connection_that_is_reset_after_the_request) {
  loopback_server server{[](const received_request&) {
    return reply_plan{"", reply_plan::then::reset};
  }};
  auto reply = post(target_for(server.url("/")));
  EXPECT_EQ(reply.fault, wire_fault::connection_lost);
  EXPECT_EQ(reply.stage, attempt_stage::send);
  EXPECT_TRUE(reply.sent);
}

TEST_F(http_fault, tells_of_a_reply_that_breaks_off) {
  loopback_server server{[](const received_request&) {
    return reply_plan{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhal", reply_plan::then::close};
  }};
  auto reply = post(target_for(server.url("/")));
  EXPECT_EQ(reply.fault, wire_fault::connection_lost);
  EXPECT_EQ(reply.code, 200);
  EXPECT_TRUE(reply.sent);
}

TEST_F(http_fault, tells_of_a_port_where_nobody_listens) {
  uint16_t port = 0;
  {
    loopback_server gone{http_reply("200 OK", "")};
    port = gone.port();
  }
  auto reply = post(target_for(fmt::format("http://127.0.0.1:{}/", port)));
  EXPECT_EQ(reply.fault, wire_fault::unreachable);
  EXPECT_EQ(reply.stage, attempt_stage::connect);
  EXPECT_FALSE(reply.sent);
  EXPECT_NE(reply.error, "");
}

TEST_F(http_fault, tells_of_a_name_that_does_not_resolve) {
  auto reply = post(target_for("http://nowhere.invalid/"));
  EXPECT_EQ(reply.fault, wire_fault::unresolved);
  EXPECT_EQ(reply.stage, attempt_stage::resolve);
  EXPECT_FALSE(reply.sent);
}

TEST_F(http_fault, tells_of_a_server_that_speaks_no_tls) {
  loopback_server server{[](const received_request&) { return reply_plan{}; }};
  auto target = target_for(fmt::format("https://127.0.0.1:{}/", server.port()));
  auto reply = post_impatiently(target, 5s, 300ms);
  EXPECT_EQ(reply.stage, attempt_stage::tls);
  EXPECT_FALSE(reply.sent);
}

TEST_F(http_fault, tells_of_a_host_that_does_not_take_the_connection) {
  full_listener listener;
  auto target = target_for(fmt::format("http://127.0.0.1:{}/", listener.port()));
  auto reply = post_impatiently(target, 200ms, 5s);
  EXPECT_EQ(reply.fault, wire_fault::timed_out);
  EXPECT_EQ(reply.stage, attempt_stage::connect);
  EXPECT_FALSE(reply.sent);
}

} // namespace

} // namespace tocsin::channels
