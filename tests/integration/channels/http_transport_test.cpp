#include "channels/adapter.hpp"
#include "channels/curl_transport.hpp"
#include "tests/integration/channels/completion_log.hpp"
#include "tests/integration/channels/loopback_server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <future>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

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

class http_transport : public ::testing::Test {
protected:
  static std::shared_ptr<http_target> target_for(std::string url) {
    auto result = std::make_shared<http_target>();
    result->url = std::move(url);
    result->headers = {"Content-Type: application/json", "User-Agent: Tocsin"};
    return result;
  }

  /// Sends one request and waits for what comes of it.
  wire_reply post(std::shared_ptr<const http_target> target, std::string body = "{}",
                  std::vector<std::string> headers = {}) {
    return post_through(through, std::move(target), std::move(body), std::move(headers));
  }

  /// The same through a transport that waits no longer than it is told.
  static wire_reply post_impatiently(std::shared_ptr<const http_target> target,
                                     std::chrono::milliseconds connect_timeout,
                                     std::chrono::milliseconds total_timeout) {
    transport_options options;
    options.connect_timeout = connect_timeout;
    options.total_timeout = total_timeout;
    curl_transport impatient{options};
    return post_through(impatient, std::move(target), "{}", {});
  }

  curl_transport through;

private:
  static wire_reply post_through(transport& by, std::shared_ptr<const http_target> target,
                                 std::string body, std::vector<std::string> headers) {
    auto log = std::make_shared<completion_log>();
    by.submit(log, {{1, http_request{std::move(target), std::move(headers), std::move(body)}}});
    EXPECT_TRUE(log->wait_for(1));
    return log->reply(1);
  }
};

TEST_F(http_transport, sends_the_body_and_all_headers_as_they_are) {
  std::promise<received_request> seen;
  loopback_server server{[&](const received_request& x) {
    seen.set_value(x);
    return reply_plan{http_reply("202 Accepted", "thanks")};
  }};
  auto reply = post(target_for(server.url("/hook?a=b")), R"({"m":"é🚀"})", {"X-Mine: 1"});
  EXPECT_EQ(reply.fault, wire_fault::none);
  EXPECT_EQ(reply.code, 202);
  EXPECT_EQ(reply.body, "thanks");
  EXPECT_EQ(reply.stage, attempt_stage::accepted);
  EXPECT_TRUE(reply.sent);
  EXPECT_GT(reply.duration.count(), 0);
  auto request = seen.get_future().get();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/hook?a=b");
  EXPECT_EQ(request.body, R"({"m":"é🚀"})");
  EXPECT_EQ(request.headers.find("content-type")->second, "application/json");
  EXPECT_EQ(request.headers.find("user-agent")->second, "Tocsin");
  EXPECT_EQ(request.headers.count("user-agent"), 1u);
  EXPECT_EQ(request.headers.find("x-mine")->second, "1");
  EXPECT_EQ(request.headers.count("expect"), 0u);
}

TEST_F(http_transport, sends_two_megabytes_without_asking_first) {
  loopback_server server{[&](const received_request& x) {
    auto asked = x.headers.count("expect") > 0;
    return reply_plan{http_reply("200 OK", fmt::format("{} {}", x.body.size(), asked))};
  }};
  EXPECT_EQ(post(target_for(server.url("/")), std::string(2'000'000, 'x')).body, "2000000 false");
}

TEST_F(http_transport, brings_back_refusals_with_their_pause) {
  loopback_server server{[](const received_request&) {
    return reply_plan{http_reply("503 Service Unavailable", "later", "Retry-After: 7\r\n")};
  }};
  auto reply = post(target_for(server.url("/")));
  EXPECT_EQ(reply.fault, wire_fault::none);
  EXPECT_EQ(reply.code, 503);
  EXPECT_EQ(reply.retry_after, "7");
  EXPECT_EQ(reply.body, "later");
}

TEST_F(http_transport, brings_back_the_pause_as_it_was_written) {
  // libcurl itself makes one second of `1.5`, and nothing of words.
  for (auto text : {"1.5", "Sun, 06 Nov 1994 08:49:37 GMT", "soon"}) {
    loopback_server server{
      http_reply("429 Too Many Requests", "", fmt::format("Retry-After: {}\r\n", text))};
    EXPECT_EQ(post(target_for(server.url("/"))).retry_after, text);
  }
}

TEST_F(http_transport, checks_no_header_which_is_why_settings_do) {
  std::promise<received_request> seen;
  loopback_server server{[&](const received_request& x) {
    seen.set_value(x);
    return reply_plan{http_reply("200 OK", "")};
  }};
  post(target_for(server.url("/")), "{}", {"X-A: 1\r\nX-Injected: yes"});
  EXPECT_EQ(seen.get_future().get().headers.count("x-injected"), 1u);
  for (auto name : {"X-A\\r\\nX-Injected: yes", "X-A", "X-B", "X-C"}) {
    auto value = std::string_view{name} == "X-A"   ? "1\\r\\nX-Injected: yes"
                 : std::string_view{name} == "X-B" ? "1\\nX-Injected: yes"
                 : std::string_view{name} == "X-C" ? "a\\u0000b"
                                                   : "1";
    auto settings
      = fmt::format(R"({{"url":"https://example.com/","headers":{{"{}":"{}"}}}})", name, value);
    EXPECT_FALSE(make_adapter(channel_type::webhook, settings)) << settings;
  }
}

TEST_F(http_transport, forgets_the_pause_and_the_body_of_the_request_before) {
  bool first = true;
  loopback_server server{[&](const received_request&) {
    auto refuse = std::exchange(first, false);
    return reply_plan{refuse ? http_reply("503 Service Unavailable", "later", "Retry-After: 7\r\n")
                             : http_reply("500 Internal Server Error", "")};
  }};
  auto target = target_for(server.url("/"));
  post(target);
  auto reply = post(target);
  EXPECT_EQ(reply.code, 500);
  EXPECT_EQ(reply.retry_after, "");
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(server.connections(), 1u);
}

TEST_F(http_transport, does_not_follow_redirects) {
  loopback_server elsewhere{http_reply("200 OK", "ok")};
  loopback_server server{[&](const received_request&) {
    return reply_plan{
      http_reply("302 Found", "", fmt::format("Location: {}\r\n", elsewhere.url("/")))};
  }};
  EXPECT_EQ(post(target_for(server.url("/"))).code, 302);
  EXPECT_EQ(elsewhere.requests(), 0u);
}

TEST_F(http_transport, keeps_64_kib_of_an_endless_reply) {
  loopback_server server{[](const received_request&) {
    reply_plan plan{"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"};
    plan.bytes.append(100'000, 'x');
    plan.endless = true;
    return plan;
  }};
  auto reply = post(target_for(server.url("/")));
  EXPECT_EQ(reply.fault, wire_fault::none);
  EXPECT_EQ(reply.code, 200);
  EXPECT_EQ(reply.body.size(), max_reply_bytes);
}

TEST_F(http_transport, gives_up_on_a_server_that_stalls) {
  loopback_server server{[](const received_request&) { return reply_plan{}; }};
  auto target = target_for(server.url("/"));
  auto reply = post_impatiently(target, 5s, 100ms);
  EXPECT_EQ(reply.fault, wire_fault::timed_out);
  EXPECT_EQ(reply.stage, attempt_stage::send);
  EXPECT_TRUE(reply.sent);
  EXPECT_EQ(reply.code, 0);
  EXPECT_GE(reply.duration, 100ms);
}

TEST_F(http_transport, tells_of_a_connection_that_is_reset_after_the_request) {
  loopback_server server{[](const received_request&) {
    return reply_plan{"", reply_plan::then::reset};
  }};
  auto reply = post(target_for(server.url("/")));
  EXPECT_EQ(reply.fault, wire_fault::connection_lost);
  EXPECT_EQ(reply.stage, attempt_stage::send);
  EXPECT_TRUE(reply.sent);
}

TEST_F(http_transport, tells_of_a_reply_that_breaks_off) {
  loopback_server server{[](const received_request&) {
    return reply_plan{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhal", reply_plan::then::close};
  }};
  auto reply = post(target_for(server.url("/")));
  EXPECT_EQ(reply.fault, wire_fault::connection_lost);
  EXPECT_EQ(reply.code, 200);
  EXPECT_TRUE(reply.sent);
}

TEST_F(http_transport, tells_of_a_port_where_nobody_listens) {
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

TEST_F(http_transport, tells_of_a_name_that_does_not_resolve) {
  auto reply = post(target_for("http://nowhere.invalid/"));
  EXPECT_EQ(reply.fault, wire_fault::unresolved);
  EXPECT_EQ(reply.stage, attempt_stage::resolve);
  EXPECT_FALSE(reply.sent);
}

TEST_F(http_transport, tells_of_a_server_that_speaks_no_tls) {
  loopback_server server{[](const received_request&) { return reply_plan{}; }};
  auto target = target_for(fmt::format("https://127.0.0.1:{}/", server.port()));
  auto reply = post_impatiently(target, 5s, 300ms);
  EXPECT_EQ(reply.stage, attempt_stage::tls);
  EXPECT_FALSE(reply.sent);
}

TEST_F(http_transport, tells_of_a_host_that_does_not_take_the_connection) {
  full_listener listener;
  auto target = target_for(fmt::format("http://127.0.0.1:{}/", listener.port()));
  auto reply = post_impatiently(target, 200ms, 5s);
  EXPECT_EQ(reply.fault, wire_fault::timed_out);
  EXPECT_EQ(reply.stage, attempt_stage::connect);
  EXPECT_FALSE(reply.sent);
}

TEST_F(http_transport, speaks_nothing_but_http) {
  auto reply = post(target_for("file:///etc/hostname"));
  EXPECT_EQ(reply.fault, wire_fault::other);
  EXPECT_EQ(reply.body, "");
}

/// Names of the loopback interface that no filter of texts would know, and what the resolver and
/// libcurl make of them.
class hidden_loopback : public http_transport, public ::testing::WithParamInterface<const char*> {};

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

TEST_F(http_transport, does_not_lend_a_private_connection_to_a_customer) {
  loopback_server server{http_reply("200 OK", "ok")};
  auto allowed = target_for(server.url("/"));
  EXPECT_EQ(post(allowed).code, 200);
  auto refused = target_for(server.url("/"));
  refused->rules = address_rules::public_only();
  EXPECT_EQ(post(refused).fault, wire_fault::address_refused);
  EXPECT_EQ(post(allowed).code, 200);
  EXPECT_EQ(server.requests(), 2u);
}

TEST_F(http_transport, does_not_ask_the_environment_for_a_proxy) {
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

TEST_F(http_transport, sends_thousands_of_requests_over_few_connections) {
  loopback_server server{http_reply("200 OK", "ok")};
  auto target = target_for(server.url("/"));
  auto log = std::make_shared<completion_log>();
  constexpr size_t total = 2000;
  constexpr size_t at_once = 50;
  for (size_t i = 0; i < total; i += at_once) {
    std::vector<transport::job> jobs;
    for (size_t j = 0; j < at_once; ++j)
      jobs.push_back({i + j, http_request{target, {}, "{}"}});
    through.submit(log, std::move(jobs));
    ASSERT_TRUE(log->wait_for(i + at_once));
  }
  for (size_t i = 0; i < total; ++i)
    ASSERT_EQ(log->reply(i).code, 200) << i;
  EXPECT_EQ(log->count(), total);
  EXPECT_EQ(server.requests(), total);
  EXPECT_LE(server.connections(), at_once);
  // What completes together is told together.
  EXPECT_LT(log->calls(), total);
}

TEST_F(http_transport, makes_a_new_connection_where_it_is_asked_to) {
  loopback_server server{http_reply("200 OK", "ok")};
  auto send = [&, target = target_for(server.url("/"))](bool on_new_connection) {
    auto log = std::make_shared<completion_log>();
    through.submit(log, {{1, http_request{target, {}, "{}", on_new_connection}}});
    ASSERT_TRUE(log->wait_for(1));
    EXPECT_EQ(log->reply(1).code, 200);
  };
  send(false);
  send(false);
  EXPECT_EQ(server.connections(), 1u);
  send(true);
  EXPECT_EQ(server.connections(), 2u);
  // The handle that asked for one takes what there is afterwards.
  send(false);
  EXPECT_EQ(server.connections(), 2u);
}

TEST_F(http_transport, tells_each_sink_of_its_own_requests_only) {
  loopback_server server{http_reply("200 OK", "ok")};
  auto target = target_for(server.url("/"));
  std::vector<std::shared_ptr<completion_log>> logs;
  for (uint64_t i = 0; i < 10; ++i) {
    logs.push_back(std::make_shared<completion_log>());
    through.submit(logs.back(), {{i, http_request{target, {}, "{}"}},
                                 {100 + i, http_request{target, {}, "{}"}}});
  }
  for (uint64_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(logs[i]->wait_for(2));
    EXPECT_EQ(logs[i]->reply(i).code, 200);
    EXPECT_EQ(logs[i]->reply(100 + i).code, 200);
  }
}

TEST_F(http_transport, replaces_a_connection_that_the_server_closed) {
  loopback_server server{[](const received_request&) {
    return reply_plan{http_reply("200 OK", "ok"), reply_plan::then::close};
  }};
  auto target = target_for(server.url("/"));
  EXPECT_EQ(post(target).code, 200);
  EXPECT_EQ(post(target).code, 200);
  EXPECT_EQ(server.connections(), 2u);
}

TEST(http_transport_limits, lets_requests_beyond_the_limit_wait_in_line) {
  transport_options options;
  options.max_http_in_flight = 2;
  curl_transport through{options};
  loopback_server server{http_reply("200 OK", "ok")};
  auto target = std::make_shared<http_target>();
  target->url = server.url("/");
  auto log = std::make_shared<completion_log>();
  std::vector<transport::job> jobs;
  for (uint64_t i = 0; i < 100; ++i)
    jobs.push_back({i, http_request{target, {}, "{}"}});
  through.submit(log, std::move(jobs));
  ASSERT_TRUE(log->wait_for(100));
  EXPECT_LE(server.connections(), 2u);
}

TEST(http_transport_limits, lets_the_sinks_take_turns_when_the_limit_is_reached) {
  transport_options options;
  options.max_http_in_flight = 1;
  curl_transport through{options};
  std::promise<void> both_submitted;
  auto go = both_submitted.get_future().share();
  std::mutex mutex;
  std::vector<std::string> order;
  loopback_server server{[&](const received_request& x) {
    go.wait();
    std::lock_guard guard{mutex};
    order.push_back(x.path);
    return reply_plan{http_reply("200 OK", "ok")};
  }};
  auto logs = std::array{std::make_shared<completion_log>(), std::make_shared<completion_log>()};
  auto submit = [&](size_t who, const std::string& path, uint64_t count) {
    auto target = std::make_shared<http_target>();
    target->url = server.url(path);
    std::vector<transport::job> jobs;
    for (uint64_t i = 0; i < count; ++i)
      jobs.push_back({i, http_request{target, {}, "{}"}});
    through.submit(logs[who], std::move(jobs));
  };
  submit(0, "/much", 500);
  submit(1, "/little", 5);
  both_submitted.set_value();
  ASSERT_TRUE(logs[0]->wait_for(500));
  ASSERT_TRUE(logs[1]->wait_for(5));
  std::lock_guard guard{mutex};
  // Its five had every second turn.
  EXPECT_EQ(std::count(order.begin(), order.begin() + 20, "/little"), 5);
}

TEST(http_transport_stop, lets_what_is_in_flight_finish) {
  std::promise<void> arrived;
  std::promise<void> go_on;
  loopback_server server{[&](const received_request&) {
    arrived.set_value();
    go_on.get_future().wait();
    return reply_plan{http_reply("200 OK", "ok")};
  }};
  curl_transport through;
  auto target = std::make_shared<http_target>();
  target->url = server.url("/");
  auto log = std::make_shared<completion_log>();
  through.submit(log, {{1, http_request{target, {}, "{}"}}});
  arrived.get_future().wait();
  auto stopped = std::async(std::launch::async, [&] { through.stop(20s); });
  go_on.set_value();
  stopped.wait();
  EXPECT_EQ(log->reply(1).code, 200);
}

TEST(http_transport_stop, cuts_short_what_does_not_end_in_time) {
  std::promise<void> arrived;
  loopback_server server{[&](const received_request&) {
    arrived.set_value();
    return reply_plan{};
  }};
  transport_options options;
  options.max_http_in_flight = 1;
  curl_transport through{options};
  auto target = std::make_shared<http_target>();
  target->url = server.url("/");
  auto log = std::make_shared<completion_log>();
  through.submit(log, {{1, http_request{target, {}, "{}"}}, {2, http_request{target, {}, "{}"}}});
  arrived.get_future().wait();
  through.stop(0ms);
  EXPECT_EQ(log->reply(1).fault, wire_fault::stopped);
  EXPECT_TRUE(log->reply(1).sent);
  EXPECT_EQ(log->reply(2).fault, wire_fault::not_tried);
  EXPECT_EQ(log->count(), 2u);
}

TEST(http_transport_stop, answers_what_comes_afterwards) {
  curl_transport through;
  through.stop(0ms);
  auto log = std::make_shared<completion_log>();
  auto target = std::make_shared<http_target>();
  target->url = "http://127.0.0.1/";
  through.submit(log, {{1, http_request{target, {}, "{}"}},
                       {2, smtp_request{std::make_shared<smtp_server>(), "a@b", ""}}});
  EXPECT_EQ(log->reply(1).fault, wire_fault::not_tried);
  EXPECT_EQ(log->reply(2).fault, wire_fault::not_tried);
}

} // namespace

} // namespace tocsin::channels
