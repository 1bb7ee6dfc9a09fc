#include "channels/adapter.hpp"
#include "tests/integration/channels/http_transport_fixture.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace tocsin::channels {

namespace {

using http_transport = http_transport_fixture;

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

TEST_F(http_transport, repeats_nothing_by_itself_that_goes_over_a_new_connection) {
  // Over one from before libcurl sends a request again that was read whole and never answered.
  std::atomic<int> received = 0;
  loopback_server server{[&](const received_request&) {
    return ++received == 2 ? reply_plan{"", reply_plan::then::close}
                           : reply_plan{http_reply("200 OK", "")};
  }};
  auto target = target_for(server.url("/"));
  post(target);
  auto log = std::make_shared<completion_log>();
  through.submit(log, {{1, http_request{target, {}, "{}", true}}});
  ASSERT_TRUE(log->wait_for(1));
  EXPECT_EQ(log->reply(1).fault, wire_fault::connection_lost);
  EXPECT_TRUE(log->reply(1).sent);
  EXPECT_EQ(received, 2);
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

TEST_F(http_transport, brings_back_the_whole_of_a_long_message_as_a_provider_saved_it) {
  // Two thousand characters of content and six thousand of embeds, each twelve bytes in JSON.
  std::string body(12 * 8000, 'x');
  loopback_server server{http_reply("200 OK", body)};
  auto target = target_for(server.url("/"));
  target->max_reply_bytes = echo_reply_bytes;
  EXPECT_EQ(post(target).body.size(), body.size());
}

TEST_F(http_transport, keeps_as_much_of_an_endless_reply_as_the_target_says) {
  loopback_server server{[](const received_request&) {
    reply_plan plan{"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"};
    plan.bytes.append(100'000, 'x');
    plan.endless = true;
    return plan;
  }};
  auto echoing = target_for(server.url("/"));
  echoing->max_reply_bytes = echo_reply_bytes;
  for (auto& [target, limit] : {std::pair{target_for(server.url("/")), size_t{16 * 1024}},
                                std::pair{echoing, echo_reply_bytes}}) {
    auto reply = post(target);
    EXPECT_EQ(reply.fault, wire_fault::none);
    EXPECT_EQ(reply.code, 200);
    EXPECT_EQ(reply.body.size(), limit);
  }
}

} // namespace

} // namespace tocsin::channels
