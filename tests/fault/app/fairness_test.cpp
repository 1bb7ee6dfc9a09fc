#include "tests/integration/channels/loopback_server.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/seeded_store.hpp"
#include "tests/support/service_process.hpp"
#include "tests/support/soak.hpp"

#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <chrono>
#include <iostream>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <random>
#include <sys/socket.h>
#include <thread>
#include <time.h>
#include <unistd.h>
#include <utility>

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

/// Endpoints for the channels of two services with the same channels and the same events: all
/// answer well, or some do not take part.
class endpoints {
public:
  using arrival_map = std::map<uint64_t, clock::time_point>;

  /// Where channel `i` of the service with bad endpoints sends to.
  std::string url_of(int i, bool is_bad) const {
    if (!is_bad)
      return receiver_.url("/good");
    return std::array{dead_.url(), hanging_.url(), receiver_.url("/throttled")}.at(
      static_cast<size_t>(i % 3));
  }

  /// When the events numbered from `first` on arrived.
  arrival_map arrivals(uint64_t first) {
    std::lock_guard guard{mutex_};
    return {arrivals_.lower_bound(first), arrivals_.end()};
  }

  uint64_t throttled() const { return throttled_; }

  /// The number of the last event that was measured; each has its own.
  std::atomic<uint64_t> numbers{0};

private:
  channels::reply_plan answer(const channels::received_request& x) {
    if (x.path == "/throttled") {
      ++throttled_;
      return {channels::http_reply("429 Too Many Requests", "", "Retry-After: 1\r\n")};
    }
    constexpr std::string_view before = "\"message\":\"#";
    auto at = x.body.find(before);
    // What is not numbered belongs to nobody who measures.
    if (at != std::string::npos) {
      std::lock_guard guard{mutex_};
      arrivals_.emplace(std::stoull(x.body.substr(at + before.size())), clock::now());
    }
    return {channels::http_reply("200 OK", "")};
  }

  std::mutex mutex_;
  arrival_map arrivals_;
  std::atomic<uint64_t> throttled_{0};
  silent_port dead_{true};
  silent_port hanging_{false};
  channels::loopback_server receiver_{
    [this](const channels::received_request& x) { return answer(x); }};
};

/// The types of events that good channels take; those whose endpoints may be bad take another. Of
/// each event there is a record for every channel that takes its type, delivered or filtered.
constexpr std::array good_types{
  "deploy.success",  "deploy.failure", "service.health.down", "service.health.recovered",
  "service.stopped", "backup.success", "backup.failure",      "quota.warning",
  "quota.exceeded",  "ssl.expiring"};
constexpr auto burdening_type = "service.started";

/// A service with many channels, each of which takes the events of one type and one service of the
/// panel. The first `3 * bad_of_a_kind` of them are those whose endpoints may be bad.
class contestant {
public:
  contestant(std::string name, endpoints& ends, bool is_bad)
    : name_(std::move(name)), endpoints_(ends), is_bad_(is_bad) {
    seeded_store store{service_.data_dir()};
    for (int i = 0; i < channel_count; ++i)
      store.add_webhook(fmt::format("hook {}", i),
                        endpoints_.url_of(i, is_bad && i < 3 * bad_of_a_kind),
                        fmt::format("service-{}", i), type_for(i));
    store.close();
  }

  /// Starts the service, so that neither breakers nor earned limits are left of the last round, and
  /// sends events to good channels at an even pace, while those that may be bad have theirs.
  /// Returns the 99th percentile of the time from the sending to the arrival, in ms.
  double measure() {
    service_.start();
    std::atomic<bool> done{false};
    std::atomic<bool> is_burdened{false};
    std::thread others{[&] { burden(done, is_burdened); }};
    send_to_good_ones(warm_up);
    EXPECT_TRUE(eventually([&] { return is_burdened.load(); }, 120s));
    auto busy_before = cpu_seconds();
    auto latencies = send_to_good_ones(events);
    auto busy = cpu_seconds() - busy_before;
    done = true;
    others.join();
    check_burden();
    service_.kill();
    auto p99 = percentile(latencies, 0.99);
    std::cout << fmt::format("{}: p50 {:.1f} ms, p99 {:.1f} ms of {} deliveries, {:.1f} s CPU\n",
                             name_, percentile(latencies, 0.5), p99, latencies.size(), busy)
              << std::flush;
    return p99;
  }

private:
  /// Enough that slow answers do not slow the traffic down as well.
  static constexpr int senders = 8;
  static constexpr int warm_up = 100;

  const char* type_for(int channel) const {
    if (channel < 3 * bad_of_a_kind)
      return burdening_type;
    return good_types.at(static_cast<size_t>(channel) % good_types.size());
  }

  /// What the service has used so far.
  double cpu_seconds() const {
    clockid_t id{};
    timespec used{};
    ::clock_getcpuclockid(service_.pid(), &id);
    ::clock_gettime(id, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
  }

  void send(api_client& api, int channel, const std::string& message) {
    auto body = fmt::format(R"({{"event":"{}","service":"service-{}","message":"{}"}})",
                            type_for(channel), channel, message);
    ASSERT_EQ(api.post("/events", body).status, 202);
  }

  /// The times from the sending of `count` events to their arrivals, in ms.
  std::vector<double> send_to_good_ones(int count) {
    auto first = endpoints_.numbers + 1;
    std::mutex mutex;
    endpoints::arrival_map sent;
    std::vector<std::thread> threads;
    for (int sender = 0; sender < senders; ++sender)
      threads.emplace_back([&, sender] {
        api_client api{service_.url(), service_.token()};
        std::minstd_rand random{static_cast<unsigned>(sender + 1)};
        auto next = clock::now();
        for (int i = 0; i < count / senders; ++i) {
          auto channel = 3 * bad_of_a_kind
                         + static_cast<int>(random() % unsigned(channel_count - 3 * bad_of_a_kind));
          auto number = ++endpoints_.numbers;
          {
            std::lock_guard guard{mutex};
            sent[number] = clock::now();
          }
          send(api, channel, fmt::format("#{}", number));
          std::this_thread::sleep_until(next += pause);
        }
      });
    for (auto& thread : threads)
      thread.join();
    eventually([&] { return endpoints_.arrivals(first).size() >= sent.size(); }, 20s);
    auto arrivals = endpoints_.arrivals(first);
    std::vector<double> result;
    for (auto& [number, at] : arrivals)
      result.push_back(std::chrono::duration<double, std::milli>(at - sent.at(number)).count());
    EXPECT_EQ(result.size(), sent.size());
    return result;
  }

  /// Gives every channel that may be bad events repeatedly, as a panel would.
  void burden(const std::atomic<bool>& done, std::atomic<bool>& is_burdened) {
    api_client api{service_.url(), service_.token()};
    auto next = clock::now();
    for (int round = 0; !done; ++round)
      for (int i = 0; i < 3 * bad_of_a_kind && !done; ++i) {
        send(api, i, "not measured");
        std::this_thread::sleep_until(next += burden_pause);
        is_burdened = round >= 2;
      }
  }

  /// The dead endpoints have opened their breakers, the hanging ones hold requests, and the
  /// throttling ones were asked; or else all of this traffic was delivered.
  void check_burden() {
    api_client api{service_.url(), service_.token()};
    std::array<uint64_t, 3> with_trouble{};
    auto stats = api.get("/stats/actors");
    for (auto& x : stats.body.at("channels").as_array()) {
      auto number = std::stoi(boost::json::value_to<std::string>(x.at("name")).substr(5));
      auto is_troubled
        = x.at("sent").to_number<uint64_t>() == 0
          && x.at("retried").to_number<uint64_t>() + x.at("in_flight").to_number<uint64_t>() > 0;
      if (number < 3 * bad_of_a_kind && is_troubled)
        ++with_trouble.at(static_cast<size_t>(number % 3));
    }
    for (auto count : with_trouble)
      EXPECT_EQ(count, is_bad_ ? static_cast<uint64_t>(bad_of_a_kind) : 0u);
  }

  const int channel_count = quick_or_full(1'000, 10'000);
  const int bad_of_a_kind = quick_or_full(10, 100);
  const int events = quick_or_full(1'000, 2'000);
  const std::chrono::milliseconds pause = senders * quick_or_full(5ms, 25ms);
  const std::chrono::milliseconds burden_pause{quick_or_full(10, 20)};
  std::string name_;
  endpoints& endpoints_;
  bool is_bad_;
  service_process service_{{"transport.connect_timeout=1s", "transport.total_timeout=3s"}};
};

/// Both services have the same channels and the same events, and run right after one another on
/// the same machine, now this one first and now that one. What the machine does beside slows both
/// of a round, so that their ratio is compared; the median does not care for a round in which it
/// changed midway. A ratio that is too high is believed once more rounds agree.
TEST(fairness, of_good_channels_does_not_suffer_from_dead_hanging_and_throttled_ones) {
  constexpr double limit = 1.5;
  constexpr size_t rounds = 5;
  constexpr size_t most_rounds = 15;
  endpoints ends;
  contestant control{"all good", ends, false};
  contestant subject{"some bad", ends, true};
  std::vector<double> ratios;
  do {
    double alone = 0;
    double beside = 0;
    if (ratios.size() % 2 == 0) {
      alone = control.measure();
      beside = subject.measure();
    } else {
      beside = subject.measure();
      alone = control.measure();
    }
    ratios.push_back(beside / alone);
  } while (ratios.size() < rounds
           || (percentile(ratios, 0.5) > limit && ratios.size() < most_rounds));
  std::cout << fmt::format("p99 beside bad channels / p99 without them: median {:.2f} of {:.2f}\n",
                           percentile(ratios, 0.5), fmt::join(ratios, ", "));
  EXPECT_GT(ends.throttled(), 0u);
  EXPECT_LE(percentile(ratios, 0.5), limit);
}

} // namespace

} // namespace tocsin
