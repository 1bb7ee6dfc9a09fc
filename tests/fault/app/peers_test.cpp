#include "tests/integration/channels/loopback_server.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/service_process.hpp"
#include "tests/support/soak.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <set>
#include <sys/resource.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using channels::http_reply;
using channels::reply_plan;
using clock = std::chrono::steady_clock;

/// A service with one webhook, and a receiver that misbehaves as long as it is told to.
class peers : public testing::Test {
protected:
  void start(std::vector<std::string> settings = {}) {
    settings.push_back("delivery.first_retry=100ms");
    settings.push_back("delivery.max_retry=1s");
    service = std::make_unique<service_process>(settings);
    service->start();
    api = std::make_unique<api_client>(service->url(), service->token());
    auto made = api->post("/channels", fmt::format(R"({{"name":"hook","type":"webhook","settings":)"
                                                   R"({{"url":"{}"}}}})",
                                                   receiver.url("/")));
    ASSERT_EQ(made.status, 201);
  }

  /// Sends `count` events; returns how many were acknowledged.
  int send(int count) {
    int acknowledged = 0;
    for (int i = 0; i < count; ++i) {
      auto id = fmt::format("e{}", ++sent);
      auto body = fmt::format(R"({{"event":"deploy.failure","message":"m","id":"{}"}})", id);
      auto reply = api->try_call("POST", "/events", body);
      if (!reply || reply->status != 202)
        continue;
      ++acknowledged;
      expected_ids.insert(id);
    }
    return acknowledged;
  }

  reply_plan answer(const channels::received_request& x) {
    std::lock_guard guard{mutex};
    auto misbehaves = bad_answers > 0;
    if (misbehaves)
      --bad_answers;
    auto id = boost::json::value_to<std::string>(boost::json::parse(x.body).at("id"));
    names[id].insert(x.headers.find("webhook-id")->second);
    if (misbehaves)
      return bad;
    arrived.insert(id);
    return {http_reply("200 OK", ""), closes ? reply_plan::then::close : reply_plan::then::keep};
  }

  /// A connection to the service from the `number`th address of this machine; -1 if there is none.
  int connect_from(uint32_t number) {
    auto made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + number);
    auto failed = ::bind(made, reinterpret_cast<sockaddr*>(&address), sizeof address);
    auto port = service->url().substr(service->url().rfind(':') + 1);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(std::stoi(port)));
    if (failed == 0 && ::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
      return made;
    ::close(made);
    return -1;
  }

  /// How many files the service has open.
  size_t open_files() {
    auto files = std::filesystem::directory_iterator{fmt::format("/proc/{}/fd", service->pid())};
    return static_cast<size_t>(std::distance(begin(files), end(files)));
  }

  bool all_arrive(std::chrono::seconds patience = 60s) {
    return eventually(
      [this] {
        std::lock_guard guard{mutex};
        return arrived == expected_ids;
      },
      patience);
  }

  std::mutex mutex;
  reply_plan bad;
  int bad_answers = 0;
  bool closes = false;
  std::set<std::string> arrived;
  /// The ids under which each event was sent: always the same.
  std::map<std::string, std::set<std::string>> names;
  std::set<std::string> expected_ids;
  int sent = 0;
  channels::loopback_server receiver{
    [this](const channels::received_request& x) { return answer(x); }};
  std::unique_ptr<service_process> service;
  std::unique_ptr<api_client> api;
};

TEST_F(peers, that_accept_and_never_answer_get_everything_again_under_the_same_id) {
  bad_answers = 4;
  start({"transport.connect_timeout=300ms", "transport.total_timeout=300ms"});
  EXPECT_EQ(send(20), 20);
  EXPECT_TRUE(all_arrive());
  for (auto& [id, used] : names)
    EXPECT_EQ(used.size(), 1u) << id;
  EXPECT_EQ(service->stop(), 0);
}

TEST_F(peers, that_reset_after_the_body_get_everything_again_under_the_same_id) {
  bad_answers = 4;
  bad = {"", reply_plan::then::reset};
  start();
  EXPECT_EQ(send(20), 20);
  EXPECT_TRUE(all_arrive());
  for (auto& [id, used] : names)
    EXPECT_EQ(used.size(), 1u) << id;
  EXPECT_EQ(service->stop(), 0);
}

TEST_F(peers, that_send_slowly_keep_nobody_else_waiting) {
  constexpr size_t slow_ones = 300;
  start();
  std::vector<int> sockets;
  for (size_t i = 0; i < slow_ones; ++i)
    sockets.push_back(connect_from(0));
  std::atomic<bool> done{false};
  // A byte of a request at a time, for as long as the service listens.
  std::thread drip{[&] {
    const std::string request
      = "POST /api/v1/events HTTP/1.1\r\nHost: x\r\nX-Slow: " + std::string(100'000, 'a');
    for (size_t at = 0; at < request.size() && !done; ++at) {
      for (auto fd : sockets)
        [[maybe_unused]] auto written = ::send(fd, &request[at], 1, MSG_NOSIGNAL | MSG_DONTWAIT);
      std::this_thread::sleep_for(1ms);
    }
  }};
  auto began = clock::now();
  EXPECT_EQ(send(50), 50);
  EXPECT_TRUE(all_arrive());
  EXPECT_LT(clock::now() - began, 30s);
  done = true;
  drip.join();
  for (auto fd : sockets)
    ::close(fd);
  EXPECT_EQ(service->stop(), 0);
}

TEST_F(peers, that_take_every_file_descriptor_stop_neither_what_was_acknowledged_nor_what_follows) {
  const auto descriptors = quick_or_full<size_t>(1'000, 10'000);
  constexpr size_t from_one_address = 500;
  rlimit own{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &own), 0);
  own.rlim_cur = own.rlim_max;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &own), 0);
  if (own.rlim_max < descriptors + 200)
    GTEST_SKIP() << "this process may open no more than " << own.rlim_max << " files";
  start({"server.max_connections=65536"});
  rlimit few{descriptors, own.rlim_max};
  ASSERT_EQ(::prlimit(service->pid(), RLIMIT_NOFILE, &few, nullptr), 0);
  // The receiver closes each connection, so that every delivery needs a descriptor of its own.
  closes = true;
  std::vector<int> sockets;
  auto end = clock::now() + 60s;
  // Counting takes long, and is no use before the end.
  while ((sockets.size() + 100 < descriptors || open_files() < descriptors) && clock::now() < end) {
    auto made = connect_from(static_cast<uint32_t>(sockets.size() / from_one_address));
    if (made >= 0)
      sockets.push_back(made);
  }
  ASSERT_EQ(open_files(), descriptors);
  // The connection of `api` is older than all of these.
  EXPECT_EQ(send(20), 20);
  auto has_retried = [this] {
    auto stats = api->get("/stats/actors");
    return stats.body.at("channels").at(0).at("retried").to_number<uint64_t>() > 0;
  };
  EXPECT_TRUE(eventually(has_retried)) << "there were descriptors left";
  for (auto fd : sockets)
    ::close(fd);
  EXPECT_TRUE(all_arrive()) << arrived.size() << " of " << expected_ids.size();
  EXPECT_EQ(send(5), 5);
  EXPECT_TRUE(all_arrive());
  EXPECT_EQ(service->stop(), 0);
}

TEST_F(peers, without_a_file_descriptor_left_lose_nothing_that_was_acknowledged) {
  start();
  EXPECT_EQ(send(10), 10);
  ASSERT_TRUE(all_arrive());
  rlimit before{};
  ASSERT_EQ(::prlimit(service->pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  // From now on the process can open nothing at all; the connection of `api` is there already.
  rlimit none{3, before.rlim_max};
  {
    std::lock_guard guard{mutex};
    bad_answers = 2;
    bad = {"", reply_plan::then::reset};
  }
  ASSERT_EQ(::prlimit(service->pid(), RLIMIT_NOFILE, &none, nullptr), 0);
  auto acknowledged = send(20);
  EXPECT_EQ(acknowledged, 20);
  ASSERT_EQ(::prlimit(service->pid(), RLIMIT_NOFILE, &before, nullptr), 0);
  EXPECT_TRUE(all_arrive(120s)) << arrived.size() << " of " << expected_ids.size();
  EXPECT_EQ(send(5), 5);
  EXPECT_TRUE(all_arrive());
  EXPECT_EQ(service->stop(), 0);
}

} // namespace

} // namespace tocsin
