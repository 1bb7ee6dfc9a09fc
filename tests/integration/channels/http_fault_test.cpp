#include "tests/integration/channels/full_listener.hpp"
#include "tests/integration/channels/http_transport_fixture.hpp"
#include "tests/integration/channels/own_names.hpp"
#include "tests/support/eventually.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;

using http_fault = http_transport_fixture;

std::string url_that_hangs() {
  return fmt::format("http://{}/", name_that_hangs);
}

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

TEST_F(http_fault, takes_a_refusal_that_breaks_off_or_stalls_for_an_answer) {
  for (auto after : {reply_plan::then::close, reply_plan::then::keep}) {
    loopback_server server{[&](const received_request&) {
      return reply_plan{"HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 100\r\n\r\nhal",
                        after};
    }};
    auto reply = post_impatiently(target_for(server.url("/")), 5s, 300ms);
    EXPECT_EQ(reply.fault, after == reply_plan::then::close ? wire_fault::connection_lost
                                                            : wire_fault::timed_out);
    EXPECT_EQ(reply.code, 429);
    EXPECT_EQ(reply.retry_after, "7");
    EXPECT_EQ(reply.stage, attempt_stage::accepted);
  }
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

TEST_F(http_fault, gives_up_on_a_name_that_hangs_and_keeps_no_other_request_waiting) {
  // All requests share a thread, which would not tell in time either if it waited for the lookup.
  auto reply = post_impatiently(target_for(url_that_hangs()), 200ms, 5s);
  EXPECT_EQ(reply.fault, wire_fault::timed_out);
  EXPECT_EQ(reply.stage, attempt_stage::resolve);
  EXPECT_FALSE(reply.sent);
  EXPECT_LT(reply.duration, 2s);
}

TEST_F(http_fault, of_a_name_that_hangs_delays_no_stop) {
  auto log = std::make_shared<completion_log>();
  auto before = hanging_lookups.load();
  through.submit(log, {{1, http_request{target_for(url_that_hangs()), {}, "{}"}}});
  ASSERT_TRUE(eventually([&] { return hanging_lookups > before; }));
  auto started_at = std::chrono::steady_clock::now();
  through.stop(100ms);
  EXPECT_LT(std::chrono::steady_clock::now() - started_at, 2s);
  EXPECT_EQ(log->reply(1).fault, wire_fault::stopped);
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
