#include "tests/fault/app/service_process.hpp"
#include "tests/integration/channels/loopback_server.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/seeded_store.hpp"
#include "tests/support/soak.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <chrono>
#include <iostream>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <random>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

/// A port that takes connections into its backlog and never reads; with `is_full` the backlog is
/// filled, so that the kernel drops what comes and a connection is never made.
class silent_port {
public:
  explicit silent_port(bool is_full) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
    ::listen(listener_, is_full ? 0 : 4096);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    for (int i = 0; is_full && i < 4; ++i) {
      fillers_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      ::connect(fillers_.back(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
  }

  silent_port(const silent_port&) = delete;

  ~silent_port() {
    for (auto fd : fillers_)
      ::close(fd);
    ::close(listener_);
  }

  std::string url() const { return fmt::format("http://127.0.0.1:{}/", port_); }

private:
  int listener_ = -1;
  uint16_t port_ = 0;
  std::vector<int> fillers_;
};

double percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values.at(static_cast<size_t>(share * static_cast<double>(values.size() - 1)));
}

/// Many channels, each of which takes the events of one service, some of them with endpoints that
/// do not take part.
class fairness : public testing::Test {
protected:
  static constexpr int senders = 2;

  fairness() {
    seeded_store store{service.data_dir()};
    for (int i = 0; i < channel_count; ++i) {
      auto kind = i < 3 * bad_of_a_kind ? i % 3 : 3;
      std::string urls[]
        = {dead.url(), hanging.url(), receiver.url("/throttled"), receiver.url("/good")};
      store.add_webhook(fmt::format("hook {}", i), urls[kind], fmt::format("service-{}", i));
    }
    store.close();
    service.start();
  }

  channels::reply_plan answer(const channels::received_request& x) {
    if (x.path == "/throttled")
      return {channels::http_reply("429 Too Many Requests", "", "Retry-After: 1\r\n")};
    auto at = x.body.find("\"message\":\"#");
    auto number = std::stoull(x.body.substr(at + 12));
    std::lock_guard guard{mutex};
    arrivals[number] = clock::now();
    return {channels::http_reply("200 OK", "")};
  }

  void send(api_client& api, int channel, uint64_t number) {
    auto body = fmt::format(
      R"({{"event":"deploy.failure","service":"service-{}","message":"#{}"}})", channel, number);
    ASSERT_EQ(api.post("/events", body).status, 202);
  }

  /// Sends events to good channels at an even pace, and gives the 99th percentile of the time from
  /// the sending to the arrival, in ms.
  double measure(const std::string& what) {
    std::map<uint64_t, clock::time_point> sent;
    std::vector<std::thread> threads;
    for (int sender = 0; sender < senders; ++sender)
      threads.emplace_back([&, sender] {
        api_client api{service.url(), service.token()};
        std::minstd_rand random{static_cast<unsigned>(sender + 1)};
        auto next = clock::now();
        for (int i = 0; i < events / senders; ++i) {
          auto channel = 3 * bad_of_a_kind
                         + static_cast<int>(random() % unsigned(channel_count - 3 * bad_of_a_kind));
          auto number = ++numbers;
          {
            std::lock_guard guard{mutex};
            sent[number] = clock::now();
          }
          send(api, channel, number);
          std::this_thread::sleep_until(next += pause);
        }
      });
    for (auto& thread : threads)
      thread.join();
    auto end = clock::now() + 20s;
    std::vector<double> latencies;
    while (latencies.size() < sent.size() && clock::now() < end) {
      std::this_thread::sleep_for(5ms);
      std::lock_guard guard{mutex};
      latencies.clear();
      for (auto& [number, at] : sent)
        if (auto found = arrivals.find(number); found != arrivals.end())
          latencies.push_back(
            std::chrono::duration<double, std::milli>(found->second - at).count());
    }
    EXPECT_EQ(latencies.size(), sent.size());
    auto p99 = percentile(latencies, 0.99);
    std::cout << fmt::format("{}: p50 {:.1f} ms, p99 {:.1f} ms of {} deliveries\n", what,
                             percentile(latencies, 0.5), p99, latencies.size());
    return p99;
  }

  /// Gives every bad channel events time and again, as a panel would go on doing.
  void burden() {
    api_client api{service.url(), service.token()};
    for (uint64_t round = 0; !done; ++round)
      for (int i = 0; i < 3 * bad_of_a_kind && !done; ++i) {
        send(api, i, 0);
        std::this_thread::sleep_for(pause);
        burdened = round >= 4;
      }
  }

  const int channel_count = quick_or_full(1'000, 10'000);
  const int bad_of_a_kind = quick_or_full(10, 100);
  const int events = quick_or_full(600, 10'000);
  const std::chrono::milliseconds pause{quick_or_full(10, 20)};
  std::mutex mutex;
  std::map<uint64_t, clock::time_point> arrivals;
  std::atomic<uint64_t> numbers{0};
  std::atomic<bool> done{false};
  std::atomic<bool> burdened{false};
  silent_port dead{true};
  silent_port hanging{false};
  channels::loopback_server receiver{
    [this](const channels::received_request& x) { return answer(x); }};
  service_process service{{"transport.connect_timeout=1s", "transport.total_timeout=3s"}};
};

TEST_F(fairness, of_good_channels_does_not_suffer_from_dead_hanging_and_throttled_ones) {
  auto warm = measure("to get warm");
  EXPECT_GT(warm, 0);
  auto alone = measure("without bad channels");
  std::thread others{[this] { burden(); }};
  auto end = clock::now() + 120s;
  while (!burdened && clock::now() < end)
    std::this_thread::sleep_for(10ms);
  auto beside = measure("beside bad channels");
  done = true;
  others.join();
  EXPECT_LE(beside, 1.5 * alone);
  service.kill();
}

} // namespace

} // namespace tocsin
