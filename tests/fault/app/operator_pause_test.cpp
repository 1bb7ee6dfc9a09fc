#include "messages/timestamp.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/service_process.hpp"
#include "tests/support/standin/provider_standin.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using standin::provider;

/// A service whose operator pauses all deliveries, and that is killed meanwhile.
class operator_pause_test : public testing::Test {
protected:
  static constexpr uint64_t events = 40;

  operator_pause_test() : service({"delivery.first_retry=100ms"}) {
    EXPECT_FALSE(providers.start());
    service.start();
    auto made
      = api().post("/channels", fmt::format(R"({{"name":"hook","type":"webhook","settings":)"
                                            R"({{"url":"{}"}}}})",
                                            providers.webhook_url("hook")));
    EXPECT_EQ(made.status, 201);
    channel = made.text("/id");
  }

  api_client api() { return {service.url(), service.token()}; }

  void pause(std::chrono::milliseconds length) {
    auto until = to_rfc3339(system_wall_clock()() + length);
    auto reply
      = api().put("/pause", fmt::format(R"({{"until":"{}","reason":"maintenance"}})", until));
    ASSERT_EQ(reply.status, 200);
    ASSERT_EQ(reply.text("/pause/reason"), "maintenance");
  }

  void send_events(uint64_t from) {
    auto client = api();
    for (auto i = from; i < from + events; ++i)
      ASSERT_EQ(client
                  .post("/events",
                        fmt::format(R"({{"event":"deploy.failure","message":"m","id":"e{}"}})", i))
                  .status,
                202);
  }

  std::map<std::string, int> states() {
    std::map<std::string, int> result;
    auto client = api();
    for (auto& [id, state] : states_of_deliveries(client))
      ++result[state];
    return result;
  }

  uint64_t arrived() { return providers.received(provider::webhook).size(); }

  void wait_for_all(uint64_t count) {
    EXPECT_TRUE(
      providers.wait_for_count(provider::webhook, count, std::chrono::steady_clock::now() + 60s));
  }

  standin::provider_standin providers;
  service_process service;
  std::string channel;
};

TEST_F(operator_pause_test, outlives_a_kill_and_lets_nothing_out_before_it_is_ended) {
  pause(1h);
  send_events(0);
  EXPECT_EQ(arrived(), 0u);
  for (int round = 0; round < 3; ++round) {
    service.kill();
    service.start();
    EXPECT_EQ(api().get("/pause").text("/pause/reason"), "maintenance");
    // An attempt would be under way by the time that a later event is stored.
    send_events(events * static_cast<uint64_t>(round + 1));
    EXPECT_EQ(states(), (std::map<std::string, int>{{"pending", int(events) * (round + 2)}}));
    EXPECT_EQ(arrived(), 0u);
  }
  // A Send Test is no delivery.
  EXPECT_EQ(api().post("/channels/" + channel + "/test", "{}").text("/stage"), "accepted");
  EXPECT_EQ(arrived(), 1u);
  EXPECT_EQ(api().remove("/pause").status, 204);
  wait_for_all(4 * events + 1);
}

TEST_F(operator_pause_test, ends_by_itself) {
  pause(10s);
  send_events(0);
  wait_for_all(events);
  EXPECT_EQ(api().get("/pause").body, boost::json::parse(R"({"pause":null})"));
}

} // namespace

} // namespace tocsin
