#include "tests/support/api_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/service_process.hpp"
#include "tests/support/standin/provider_standin.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <set>
#include <thread>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using standin::provider;

struct started_standin : standin::provider_standin {
  started_standin() { EXPECT_FALSE(start()); }
};

/// Those of `all` that came to the endpoint of that name.
std::vector<standin::record> of(std::vector<standin::record> all, const std::string& hook) {
  std::erase_if(all, [&](auto& x) { return x.name != hook; });
  return all;
}

/// A real service whose wall clock can be set, before providers whose clock is right. Every channel
/// has the name of its endpoint and takes the events of the panel's service of that name.
class clock_jump : public testing::Test {
protected:
  clock_jump() {
    set_clock(0s);
    // For the service alone: this process has read its environment already.
    ::setenv("CLOCK_SHIFT_FILE", shift_file().c_str(), 1);
    ::setenv("LD_PRELOAD", TOCSIN_CLOCK_SHIFT, 1);
    start();
  }

  ~clock_jump() override { ::unsetenv("LD_PRELOAD"); }

  void start() {
    service.start();
    api = std::make_unique<api_client>(service.url(), service.token());
  }

  std::filesystem::path shift_file() const { return directory.path() / "shift"; }

  /// Sets the service's wall clock so far off the right time.
  void set_clock(std::chrono::seconds off) {
    std::fstream file{shift_file(), std::ios::binary | std::ios::in | std::ios::out};
    // In place, as the service has it mapped.
    if (!file)
      file.open(shift_file(), std::ios::binary | std::ios::out);
    int64_t value = off.count();
    file.write(reinterpret_cast<const char*>(&value), sizeof value);
  }

  void add_hook(const std::string& name, const std::string& url, int first_retry_seconds) {
    auto made = api->post(
      "/channels", fmt::format(R"({{"name":"{0}","type":"webhook","settings":{{"url":"{1}"}},)"
                               R"("filters":{{"services":{{"include":["{0}"]}}}},)"
                               R"("delivery":{{"first_retry_seconds":{2}}}}})",
                               name, url, first_retry_seconds));
    ASSERT_EQ(made.status, 201) << boost::json::serialize(made.body);
  }

  void add_hook(const std::string& name, int first_retry_seconds = 1) {
    add_hook(name, providers.webhook_url(name), first_retry_seconds);
  }

  /// Sends an event of the kind that breaks through quiet hours, and gives its id.
  std::string send(const std::string& to, const std::string& type = "service.health.down") {
    auto id = fmt::format("e{}", ++sent);
    auto reply = api->post(
      "/events",
      fmt::format(R"({{"event":"{}","service":"{}","message":"m","id":"{}"}})", type, to, id));
    EXPECT_EQ(reply.status, 202) << boost::json::serialize(reply.body);
    return id;
  }

  std::vector<standin::record> accepted(const std::string& hook) {
    return of(providers.received(provider::webhook), hook);
  }

  std::vector<standin::record> refused(const std::string& hook) {
    return of(providers.refused(provider::webhook), hook);
  }

  /// The state of the event's delivery, which the filters keep to one channel.
  std::string state_of(const std::string& event) {
    auto view = api->get("/events/" + event);
    for (auto& x : view.body.at("deliveries").as_array())
      if (x.at("reason") != "channel_filter")
        return boost::json::value_to<std::string>(x.at("state"));
    return "none";
  }

  /// Brings about all that goes by time: deliveries that are retried in an hour, a provider's
  /// pause, and an open breaker.
  void set_out() {
    add_hook("late", 3600);
    add_hook("paused");
    add_hook("broken");
    add_hook("safe", providers.secure_webhook_url("safe"), 1);
    providers.script("webhook/late", standin::http_answer(503).repeated(3));
    providers.script("webhook/paused", standin::http_answer(429, "", {{"Retry-After", "6"}}));
    providers.script("webhook/broken", standin::http_answer(503).repeated(5));
    for (int i = 0; i < 3; ++i)
      late.push_back(send("late"));
    for (auto hook : {"paused", "broken", "broken", "broken", "broken", "broken"})
      send(hook);
    ASSERT_TRUE(eventually([&] { return refused("late").size() == 3; }));
    ASSERT_TRUE(eventually([&] { return refused("paused").size() == 1; }));
    ASSERT_TRUE(eventually([&] { return refused("broken").size() == 5; }));
    ASSERT_TRUE(eventually([&] {
      return std::all_of(late.begin(), late.end(),
                         [&](auto& x) { return state_of(x) == "scheduled"; });
    }));
  }

  /// What goes by the steady clock keeps its length, and everything new flows.
  void expect_life_goes_on() {
    send("paused");
    send("broken");
    auto over_tls = accepted("safe").size();
    send("safe");
    EXPECT_TRUE(eventually([&] { return accepted("safe").size() == over_tls + 1; }));
    ASSERT_TRUE(eventually([&] { return !accepted("paused").empty(); }));
    ASSERT_TRUE(eventually([&] { return !accepted("broken").empty(); }));
    // The provider asked for six seconds, the first cool-down takes five.
    EXPECT_GE(accepted("paused").front().received_at - refused("paused").back().received_at, 6s);
    EXPECT_GE(accepted("broken").front().received_at - refused("broken").back().received_at, 5s);
  }

  /// Everything that was sent arrived, and none of it more than once.
  void expect_all_arrived_once() {
    EXPECT_TRUE(eventually(
      [&] { return providers.received(provider::webhook).size() >= static_cast<size_t>(sent); }));
    std::set<std::string> ids;
    for (auto& x : providers.received(provider::webhook))
      EXPECT_TRUE(ids.insert(std::string{x.header("webhook-id")}).second);
    EXPECT_EQ(ids.size(), static_cast<size_t>(sent));
    EXPECT_EQ(refused("late").size(), 3u);
    EXPECT_EQ(refused("broken").size(), 5u);
  }

  temporary_directory directory;
  started_standin providers;
  service_process service{{"transport.ca_file=" + providers.certificate_path().string()}};
  std::unique_ptr<api_client> api;
  std::vector<std::string> late;
  int sent = 0;
};

TEST_F(clock_jump, of_a_day_forward_brings_retries_early_and_once_each) {
  set_out();
  set_clock(24h);
  expect_life_goes_on();
  EXPECT_TRUE(eventually([&] { return accepted("late").size() == 3; }));
  expect_all_arrived_once();
  EXPECT_EQ(service.stop(), 0);
}

TEST_F(clock_jump, of_a_day_back_keeps_what_was_scheduled_and_holds_up_nothing_new) {
  set_out();
  set_clock(-24h);
  add_hook("again");
  providers.script("webhook/again", standin::http_answer(503));
  send("again");
  EXPECT_TRUE(eventually([&] { return accepted("again").size() == 1; })) << "a new retry waits";
  expect_life_goes_on();
  // A restart changes nothing, though new ids are earlier than those in the database now.
  EXPECT_EQ(service.stop(), 0);
  start();
  send("safe");
  EXPECT_TRUE(eventually([&] { return accepted("safe").size() == 2; }));
  EXPECT_TRUE(accepted("late").empty());
  for (auto& x : late)
    EXPECT_EQ(state_of(x), "scheduled");
  set_clock(2h);
  send("safe");
  EXPECT_TRUE(eventually([&] { return accepted("late").size() == 3; }));
  expect_all_arrived_once();
  EXPECT_EQ(service.stop(), 0);
}

TEST_F(clock_jump, leaves_quiet_hours_to_the_time_of_day) {
  add_hook("safe", providers.secure_webhook_url("safe"), 1);
  auto now = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now());
  auto minute = (now - std::chrono::floor<std::chrono::days>(now)).count();
  auto text = [](auto x) { return fmt::format("{:02}:{:02}", x / 60 % 24, x % 60); };
  auto put = api->put("/admins/admin/preferences",
                      fmt::format(R"({{"quiet_hours":{{"from":"{}","until":"{}",)"
                                  R"("utc_offset_minutes":0,"critical_bypass":true}}}})",
                                  text(minute + 23 * 60), text(minute + 60)));
  ASSERT_EQ(put.status, 200) << boost::json::serialize(put.body);
  for (auto off : {0h, 24h, -24h}) {
    set_clock(off);
    EXPECT_EQ(state_of(send("safe", "deploy.failure")), "suppressed");
  }
  set_clock(12h);
  auto by_day = send("safe", "deploy.failure");
  EXPECT_TRUE(eventually([&] { return state_of(by_day) == "delivered"; }));
  EXPECT_EQ(service.stop(), 0);
}

} // namespace

} // namespace tocsin
