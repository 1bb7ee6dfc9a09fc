#include "tests/support/api_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/service_process.hpp"
#include "tests/support/soak.hpp"
#include "tests/support/standin/provider_standin.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace tocsin {

namespace {

using standin::provider;

const int rounds = quick_or_full(5, 100);
constexpr int senders = 4;

class kill_test : public testing::Test {
protected:
  kill_test() : service({"delivery.first_retry=100ms"}) {
    EXPECT_FALSE(providers.start());
    service.start();
    token = service.token();
    api_client api{service.url(), token};
    auto made = api.post("/channels", fmt::format(R"({{"name":"hook","type":"webhook","settings":)"
                                                  R"({{"url":"{}"}}}})",
                                                  providers.webhook_url("hook")));
    EXPECT_EQ(made.status, 201);
  }

  /// Sends events one after the other until no answer comes, and notes what was acknowledged.
  void send_until_it_dies(int sender, int round) {
    api_client api{service.url(), token};
    for (int i = 0;; ++i) {
      auto body = fmt::format(R"({{"event":"deploy.failure","message":"m","id":"{}-{}-{}"}})",
                              round, sender, i);
      auto reply = api.try_call("POST", "/events", body);
      if (!reply)
        return;
      ASSERT_EQ(reply->status, 202);
      std::lock_guard guard{mutex};
      acknowledged.insert(reply->text("/id"));
    }
  }

  size_t acknowledged_count() {
    std::lock_guard guard{mutex};
    return acknowledged.size();
  }

  /// How often each event arrived at the receiver.
  std::map<std::string, int> arrivals() {
    std::map<std::string, int> result;
    for (auto& x : providers.received(provider::webhook)) {
      auto event = boost::json::parse(x.body);
      ++result[boost::json::value_to<std::string>(event.at("id"))];
    }
    return result;
  }

  std::set<std::string> missing() {
    auto arrived = arrivals();
    std::set<std::string> result;
    for (auto& id : acknowledged)
      if (!arrived.contains(id))
        result.insert(id);
    return result;
  }

  /// How often each delivery arrived.
  std::map<std::string, size_t> arrivals_of_deliveries() {
    std::map<std::string, size_t> result;
    for (auto& x : providers.received(provider::webhook))
      ++result[std::string{x.header("webhook-id")}];
    return result;
  }

  /// Notes how often those arrived that are delivered by now: no kill may have them sent again.
  void note_delivered() {
    api_client api{service.url(), token};
    auto states = states_of_deliveries(api);
    auto arrived = arrivals_of_deliveries();
    for (auto& [id, state] : states)
      if (state == "delivered")
        delivered.try_emplace(id, arrived[id]);
  }

  standin::provider_standin providers;
  service_process service;
  std::string token;
  /// How often each delivery had arrived when it was delivered, by its id.
  std::map<std::string, size_t> delivered;
  std::mutex mutex;
  std::set<std::string> acknowledged;
};

TEST_F(kill_test, loses_no_acknowledged_event_when_it_is_killed_under_load) {
  std::minstd_rand random{20260329};
  for (int round = 0; round < rounds; ++round) {
    note_delivered();
    auto before = acknowledged_count();
    std::vector<std::thread> threads;
    for (int i = 0; i < senders; ++i)
      threads.emplace_back([this, i, round] { send_until_it_dies(i, round); });
    // At a moment of its own in each round, but not before events flow.
    auto moment = before + 20 + random() % 300;
    EXPECT_TRUE(eventually([&] { return acknowledged_count() >= moment; }));
    service.kill();
    for (auto& thread : threads)
      thread.join();
    service.start();
  }
  EXPECT_TRUE(eventually([this] { return missing().empty(); }))
    << missing().size() << " of " << acknowledged.size() << " acknowledged events never arrived";
  api_client api{service.url(), token};
  auto known = states_of_deliveries(api);
  auto by_delivery = arrivals_of_deliveries();
  for (auto& [id, times] : delivered)
    EXPECT_EQ(by_delivery[id], times) << id << " was sent again after its outcome was on disk";
  size_t repeated = 0;
  for (auto& [id, times] : by_delivery) {
    EXPECT_TRUE(known.contains(id)) << "nobody knows the delivery " << id;
    repeated += times - 1;
  }
  // An event that was accepted twice would have two deliveries.
  EXPECT_EQ(by_delivery.size(), arrivals().size());
  // At most what was in flight at each kill: the window of the one channel.
  EXPECT_LE(repeated, static_cast<size_t>(rounds) * 64);
  EXPECT_FALSE(delivered.empty());
  std::cout << acknowledged.size() << " acknowledged, " << repeated << " repeated\n";
  EXPECT_EQ(service.stop(), 0);
}

} // namespace

} // namespace tocsin
