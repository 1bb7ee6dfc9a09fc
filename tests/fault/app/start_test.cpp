#include "tests/integration/channels/loopback_server.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/process_memory.hpp"
#include "tests/support/seeded_store.hpp"
#include "tests/support/service_process.hpp"
#include "tests/support/soak.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr size_t channel_count = 10;
constexpr uint64_t owed = 1'000'000;

double seconds_since(clock::time_point start) {
  return std::chrono::duration<double>(clock::now() - start).count();
}

/// A backlog of which every delivery has been due for an hour; each event is owed ten times. The
/// quick run drains a part of it.
TEST(start, with_a_large_backlog_is_quick_and_takes_little_memory) {
  channels::loopback_server receiver{channels::http_reply("200 OK", "")};
  service_process service{{}};
  {
    auto began = clock::now();
    seeded_store store{service.data_dir()};
    std::vector<channel_id> channels;
    for (size_t i = 0; i < channel_count; ++i)
      channels.push_back(store.add_webhook(fmt::format("hook {}", i), receiver.url("/")));
    store.owe(channels, owed / channel_count, system_wall_clock()() - 1h);
    store.close();
    std::cout << fmt::format("{} deliveries made in {:.1f} s\n", owed, seconds_since(began));
  }
  auto began = clock::now();
  service.start();
  auto ready = seconds_since(began);
  EXPECT_TRUE(eventually([&] { return receiver.requests() > 0; }));
  auto first = seconds_since(began) - ready;
  process_memory most;
  auto drained_at = clock::now();
  auto is_drained = eventually(
    [&] {
      auto now = memory_of(service.pid());
      most.rss = std::max(most.rss, now.rss);
      most.anonymous = std::max(most.anonymous, now.anonymous);
      most.file = std::max(most.file, now.file);
      return receiver.requests() >= owed;
    },
    quick_or_full(10s, 900s));
  std::cout << fmt::format(
    "ready after {:.2f} s, first delivery {:.2f} s later; {} of {} delivered "
    "in {:.1f} s; at most {} MiB resident ({} its own, {} of files)\n",
    ready, first, receiver.requests(), owed, seconds_since(drained_at), most.rss, most.anonymous,
    most.file);
  EXPECT_LT(ready, 2);
  EXPECT_LT(first, 1);
  EXPECT_LT(most.rss, 300u);
  EXPECT_TRUE(is_drained || !is_soak());
  service.kill();
}

} // namespace

} // namespace tocsin
