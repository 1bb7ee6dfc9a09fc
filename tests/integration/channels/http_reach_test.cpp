#include "tests/integration/channels/http_transport_fixture.hpp"
#include "tests/integration/channels/own_names.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

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

TEST_F(http_reach, hears_at_once_what_a_server_answers_that_had_to_be_looked_up) {
  loopback_server server{[](const received_request&) {
    std::this_thread::sleep_for(300ms);
    return reply_plan{http_reply("200 OK", "ok")};
  }};
  auto target = target_for(fmt::format("http://{}:{}/", name_of_one_address, server.port()));
  auto reply = post(target);
  EXPECT_EQ(reply.code, 200);
  // libcurl would look by itself when the five seconds for connecting are over.
  EXPECT_LT(reply.duration, 4s);
}

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

/// A transport behind a proxy that notes what it is asked for and answers by itself.
class http_reach_behind_proxy : public ::testing::Test {
protected:
  http_reach_behind_proxy() { be_patient_for(5s, 30s); }

  /// Makes a new transport, with these limits.
  void be_patient_for(std::chrono::milliseconds connecting, std::chrono::milliseconds altogether) {
    transport_options options;
    options.proxy = proxy.url("");
    options.connect_timeout = connecting;
    options.total_timeout = altogether;
    through = std::make_unique<curl_transport>(options);
  }

  wire_reply post(const std::string& url, address_rules rules) {
    auto log = std::make_shared<completion_log>();
    auto target = std::make_shared<http_target>();
    target->url = url;
    target->rules = std::move(rules);
    through->submit(log, {{1, http_request{target, {}, "{}"}}});
    EXPECT_TRUE(log->wait_for(1));
    return log->reply(1);
  }

  std::mutex mutex;
  std::vector<std::string> asked;
  /// What is asked for like this is refused, or dropped without a word.
  std::string refused;
  std::string refusal = "502 Bad Gateway";
  std::string dropped;
  /// Nothing is answered at all.
  bool is_silent = false;
  loopback_server proxy{[this](const received_request& x) {
    std::lock_guard guard{mutex};
    asked.push_back(x.method + ' ' + x.path);
    if (asked.back() == refused)
      return reply_plan{http_reply(refusal, "not through here")};
    if (is_silent)
      return reply_plan{};
    if (asked.back() == dropped)
      return reply_plan{"", reply_plan::then::reset};
    // The body comes through the tunnel as if the target spoke: what it says ends TLS at once.
    auto is_plain_tunnel = x.method == "CONNECT" && !x.path.ends_with(":443");
    return reply_plan{http_reply("200 OK", is_plain_tunnel ? "" : "from the proxy")};
  }};
  std::unique_ptr<curl_transport> through;
};

TEST_F(http_reach_behind_proxy, leaves_names_to_the_proxy_for_channels_of_the_operator) {
  auto reply = post("http://receiver.example/hook", address_rules::any());
  EXPECT_EQ(reply.body, "from the proxy");
  EXPECT_THAT(asked, testing::ElementsAre("POST http://receiver.example/hook"));
}

TEST_F(http_reach_behind_proxy, does_not_ask_the_environment_what_needs_no_proxy) {
  for (auto* name : {"no_proxy", "NO_PROXY"}) {
    setenv(name, "*", 1);
    auto reply = post("http://receiver.example/hook", address_rules::any());
    unsetenv(name);
    EXPECT_EQ(reply.body, "from the proxy") << name;
  }
}

TEST_F(http_reach_behind_proxy, refuses_names_of_private_addresses_to_customers) {
  for (auto* name : {"localhost", "127.1", "2130706433", "[::ffff:10.0.0.1]"}) {
    auto reply
      = post(fmt::format("http://{}:{}/", name, proxy.port()), address_rules::public_only());
    EXPECT_EQ(reply.fault, wire_fault::address_refused) << name;
    EXPECT_EQ(reply.stage, attempt_stage::connect) << name;
  }
  EXPECT_EQ(proxy.connections(), 0u);
}

TEST_F(http_reach_behind_proxy, gives_it_the_address_that_was_looked_at) {
  address_rules with_loopback{*parse_address_list("127.0.0.0/8")};
  post("http://localhost:8080/hook", with_loopback);
  post("https://localhost/hook", with_loopback);
  post("http://16843009/hook", address_rules::public_only());
  post("https://[2606:4700::1111]/hook", address_rules::public_only());
  // What follows a CONNECT goes through the tunnel.
  EXPECT_THAT(asked, testing::ElementsAre("CONNECT 127.0.0.1:8080", "POST /hook",
                                          "CONNECT 127.0.0.1:443", "CONNECT 1.1.1.1:80",
                                          "POST /hook", "CONNECT [2606:4700::1111]:443"));
}

TEST_F(http_reach_behind_proxy, gives_it_the_second_address_where_it_cannot_reach_the_first) {
  address_rules with_loopback{*parse_address_list("127.0.0.0/8")};
  refused = "CONNECT 127.0.0.2:8080";
  auto reply = post(fmt::format("http://{}:8080/hook", name_of_two_addresses), with_loopback);
  EXPECT_EQ(reply.body, "from the proxy");
  EXPECT_THAT(
    asked, testing::ElementsAre("CONNECT 127.0.0.2:8080", "CONNECT 127.0.0.3:8080", "POST /hook"));
}

TEST_F(http_reach_behind_proxy, sends_no_request_to_the_second_address_that_the_first_may_have) {
  address_rules with_loopback{*parse_address_list("127.0.0.0/8")};
  dropped = "POST /hook";
  auto reply = post(fmt::format("http://{}:8080/hook", name_of_two_addresses), with_loopback);
  EXPECT_EQ(reply.fault, wire_fault::connection_lost);
  EXPECT_THAT(asked, testing::ElementsAre("CONNECT 127.0.0.2:8080", "POST /hook"));
}

TEST_F(http_reach_behind_proxy, asks_once_where_it_is_the_proxy_that_lets_nothing_through) {
  address_rules with_loopback{*parse_address_list("127.0.0.0/8")};
  refused = "CONNECT 127.0.0.2:8080";
  refusal = "407 Proxy Authentication Required";
  auto reply = post(fmt::format("http://{}:8080/hook", name_of_two_addresses), with_loopback);
  EXPECT_NE(reply.fault, wire_fault::none);
  EXPECT_THAT(asked, testing::ElementsAre("CONNECT 127.0.0.2:8080"));
}

TEST_F(http_reach_behind_proxy, asks_once_where_tls_fails_behind_it) {
  address_rules with_loopback{*parse_address_list("127.0.0.0/8")};
  auto reply = post(fmt::format("https://{}/hook", name_of_two_addresses), with_loopback);
  EXPECT_EQ(reply.fault, wire_fault::tls_failed);
  EXPECT_THAT(asked, testing::ElementsAre("CONNECT 127.0.0.2:443"));
}

TEST_F(http_reach_behind_proxy, tries_two_addresses_within_the_limit_of_one_request) {
  address_rules with_loopback{*parse_address_list("127.0.0.0/8")};
  be_patient_for(2s, 3s);
  is_silent = true;
  auto reply = post(fmt::format("http://{}:8080/hook", name_of_two_addresses), with_loopback);
  EXPECT_EQ(reply.fault, wire_fault::timed_out);
  // Connecting to each in turn would take as long as this.
  EXPECT_LT(reply.duration, 4s);
  EXPECT_THAT(asked, testing::ElementsAre("CONNECT 127.0.0.2:8080", "CONNECT 127.0.0.3:8080"));
}

TEST_F(http_reach_behind_proxy, has_all_the_time_again_for_the_next_request) {
  be_patient_for(1s, 1500ms);
  is_silent = true;
  address_rules with_loopback{*parse_address_list("127.0.0.0/8")};
  // The second address gets what is left.
  post(fmt::format("http://{}:8080/hook", name_of_two_addresses), with_loopback);
  auto reply = post("http://receiver.example/hook", address_rules::any());
  EXPECT_EQ(reply.fault, wire_fault::timed_out);
  EXPECT_GE(reply.duration, 1s);
}

TEST_F(http_reach_behind_proxy, says_that_a_customers_name_has_to_resolve_here) {
  auto reply = post("http://receiver.invalid/hook", address_rules::public_only());
  EXPECT_EQ(reply.fault, wire_fault::unresolved);
  EXPECT_EQ(reply.stage, attempt_stage::resolve);
  EXPECT_THAT(reply.error, testing::HasSubstr("transport.proxy"));
  EXPECT_EQ(proxy.connections(), 0u);
}

TEST_F(http_reach_behind_proxy, takes_turns_between_both_kinds_on_one_handle) {
  auto url = fmt::format("http://localhost:{}/", proxy.port());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(post(url, address_rules::public_only()).fault, wire_fault::address_refused);
    EXPECT_EQ(post(url, address_rules::any()).code, 200);
  }
  EXPECT_THAT(asked, testing::ElementsAre("POST " + url, "POST " + url));
}

} // namespace

} // namespace tocsin::channels
