#include "tests/integration/channels/http_transport_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;

using http_load = http_transport_fixture;

TEST_F(http_load, sends_thousands_of_requests_over_few_connections) {
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

TEST_F(http_load, makes_a_new_connection_where_it_is_asked_to) {
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

TEST_F(http_load, keeps_no_connection_that_was_made_for_one_request) {
  // A channel that never uses one again would push those of all others out of the pool.
  loopback_server server{http_reply("200 OK", "ok")};
  for (uint64_t i = 1; i <= 2; ++i) {
    auto log = std::make_shared<completion_log>();
    auto is_alone = i == 1;
    through.submit(log, {{1, http_request{target_for(server.url("/")), {}, "{}", is_alone}}});
    ASSERT_TRUE(log->wait_for(1));
    EXPECT_EQ(log->reply(1).code, 200);
    EXPECT_EQ(server.connections(), i);
  }
}

TEST_F(http_load, tells_each_sink_of_its_own_requests_only) {
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

TEST_F(http_load, replaces_a_connection_that_the_server_closed) {
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

/// A transport that makes one request at a time: the first is under way until it may go on, and the
/// second waits for its turn.
struct busy_transport {
  busy_transport() {
    target->url = server.url("/");
    through.submit(log, {{1, request()}, {2, request()}});
    EXPECT_EQ(arrived.get_future().wait_for(20s), std::future_status::ready);
  }

  static transport_options one_at_a_time() {
    transport_options result;
    result.max_http_in_flight = 1;
    return result;
  }

  http_request request() const { return {target, {}, "{}"}; }

  std::promise<void> arrived;
  std::promise<void> go_on;
  loopback_server server{[this](const received_request&) {
    arrived.set_value();
    go_on.get_future().wait_for(20s);
    return reply_plan{http_reply("200 OK", "ok")};
  }};
  curl_transport through{one_at_a_time()};
  std::shared_ptr<http_target> target = std::make_shared<http_target>();
  std::shared_ptr<completion_log> log = std::make_shared<completion_log>();
};

TEST(http_transport_limits, gives_back_what_waits_and_lets_what_is_in_flight_finish) {
  busy_transport busy;
  busy.through.submit(busy.log, {{3, busy.request()}});
  EXPECT_EQ(busy.through.withdraw(*busy.log), (std::vector<uint64_t>{2, 3}));
  busy.go_on.set_value();
  ASSERT_TRUE(busy.log->wait_for(1));
  EXPECT_EQ(busy.log->reply(1).code, 200);
  busy.through.stop(0ms);
  EXPECT_EQ(busy.log->count(), 1u);
}

TEST(http_transport_stop, lets_what_is_in_flight_finish) {
  busy_transport busy;
  auto stopped = std::async(std::launch::async, [&] { busy.through.stop(20s); });
  // What waits in line is told at once, so that the stop has begun for what is in flight, too.
  ASSERT_TRUE(busy.log->wait_for(1));
  EXPECT_EQ(busy.log->reply(2).fault, wire_fault::not_tried);
  busy.go_on.set_value();
  stopped.wait();
  EXPECT_EQ(busy.log->reply(1).code, 200);
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
                       {2, smtp_request{std::make_shared<smtp_server>(), {"a@b"}, ""}}});
  EXPECT_EQ(log->reply(1).fault, wire_fault::not_tried);
  EXPECT_EQ(log->reply(2).fault, wire_fault::not_tried);
}

} // namespace

} // namespace tocsin::channels
