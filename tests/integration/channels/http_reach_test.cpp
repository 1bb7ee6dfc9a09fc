#include "tests/integration/channels/http_transport_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <future>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;

/// Takes connections on ::1 and says nothing. Its port is 0 where there is no IPv6.
class silent_v6_listener {
public:
  silent_v6_listener() : socket_{socket(AF_INET6, SOCK_STREAM, 0)} {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    if (bind(socket_, generic, length) == 0 && listen(socket_, 4) == 0
        && getsockname(socket_, generic, &length) == 0)
      port_ = ntohs(address.sin6_port);
  }

  ~silent_v6_listener() { close(socket_); }

  uint16_t port() const { return port_; }

private:
  int socket_;
  uint16_t port_ = 0;
};

using http_reach = http_transport_fixture;

TEST_F(http_reach, speaks_nothing_but_http) {
  auto reply = post(target_for("file:///etc/hostname"));
  EXPECT_EQ(reply.fault, wire_fault::other);
  EXPECT_EQ(reply.body, "");
}

/// Names of the loopback interface that no filter of texts would know, and what the resolver and
/// libcurl make of them.
class hidden_loopback : public http_transport_fixture,
                        public ::testing::WithParamInterface<const char*> {};

TEST_P(hidden_loopback, is_refused_to_customers) {
  loopback_server server{http_reply("200 OK", "ok")};
  auto target = target_for(fmt::format("http://{}:{}/", GetParam(), server.port()));
  target->rules = address_rules::public_only();
  auto reply = post(target);
  EXPECT_EQ(reply.fault, wire_fault::address_refused);
  EXPECT_EQ(reply.stage, attempt_stage::connect);
  EXPECT_EQ(server.connections(), 0u);
}

INSTANTIATE_TEST_SUITE_P(spellings, hidden_loopback,
                         ::testing::Values("127.0.0.1", "2130706433", "0x7f.1", "017700000001",
                                           "[::ffff:127.0.0.1]", "0", "localhost"));

TEST_F(http_reach, does_not_lend_a_private_connection_to_a_customer) {
  loopback_server server{http_reply("200 OK", "ok")};
  auto allowed = target_for(server.url("/"));
  EXPECT_EQ(post(allowed).code, 200);
  auto refused = target_for(server.url("/"));
  refused->rules = address_rules::public_only();
  EXPECT_EQ(post(refused).fault, wire_fault::address_refused);
  EXPECT_EQ(post(allowed).code, 200);
  EXPECT_EQ(server.requests(), 2u);
}

// libcurl takes `localhost` for 127.0.0.1 and ::1, in this order.

TEST_F(http_reach, tells_the_fault_of_the_address_that_is_allowed_after_one_that_is_not) {
  silent_v6_listener hangs;
  if (hangs.port() == 0)
    GTEST_SKIP() << "there is no IPv6 here";
  auto target = target_for(fmt::format("http://localhost:{}/", hangs.port()));
  target->rules = address_rules{parse_address_list("::1/128").value()};
  auto reply = post_impatiently(target, 5s, 500ms);
  EXPECT_EQ(reply.fault, wire_fault::timed_out);
  EXPECT_TRUE(reply.sent);
}

TEST_F(http_reach, tells_the_fault_of_the_address_that_is_allowed_before_one_that_is_not) {
  // Nobody listens there over IPv4.
  silent_v6_listener hangs;
  if (hangs.port() == 0)
    GTEST_SKIP() << "there is no IPv6 here";
  auto target = target_for(fmt::format("http://localhost:{}/", hangs.port()));
  target->rules = address_rules{parse_address_list("127.0.0.0/8").value()};
  EXPECT_EQ(post(target).fault, wire_fault::unreachable);
}

TEST_F(http_reach, does_not_ask_the_environment_for_a_proxy) {
  loopback_server proxy{http_reply("200 OK", "from the proxy")};
  constexpr std::array names{"http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"};
  for (auto* name : names)
    setenv(name, proxy.url("").c_str(), 1);
  loopback_server server{http_reply("200 OK", "direct")};
  EXPECT_EQ(post(target_for(server.url("/"))).body, "direct");
  // Behind a proxy the guard would see the proxy's address in place of this one.
  auto refused = target_for(server.url("/"));
  refused->rules = address_rules::public_only();
  EXPECT_EQ(post(refused).fault, wire_fault::address_refused);
  for (auto* name : names)
    unsetenv(name);
  EXPECT_EQ(proxy.connections(), 0u);
}

TEST(http_transport_with_proxy, goes_through_it) {
  std::promise<std::string> path;
  loopback_server proxy{[&](const received_request& x) {
    path.set_value(x.path);
    return reply_plan{http_reply("200 OK", "from the proxy")};
  }};
  transport_options options;
  options.proxy = proxy.url("");
  curl_transport through{options};
  auto log = std::make_shared<completion_log>();
  auto target = std::make_shared<http_target>();
  target->url = "http://receiver.example/hook";
  target->rules = address_rules::public_only();
  through.submit(log, {{1, http_request{target, {}, "{}"}}});
  ASSERT_TRUE(log->wait_for(1));
  EXPECT_EQ(log->reply(1).body, "from the proxy");
  EXPECT_EQ(path.get_future().get(), "http://receiver.example/hook");
}

} // namespace

} // namespace tocsin::channels
