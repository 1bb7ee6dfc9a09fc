#include "storage/repositories/event_repository.hpp"
#include "storage/upkeep/open_environment.hpp"
#include "storage/upkeep/verify.hpp"
#include "tests/integration/app/event_reader.hpp"
#include "tests/integration/channels/loopback_server.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/disk_shim/disk_shim.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/readiness.hpp"
#include "tests/support/service_process.hpp"
#include "tests/support/soak.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using testing::AnyOf;

/// The exit code of a service that found a fault of its own.
constexpr int software_fault = 70;

/// A real service whose disk answers EIO when the test says so.
class failing_disk : public testing::Test {
protected:
  failing_disk() : service({"delivery.first_retry=100ms", "transport.total_timeout=300s"}) {
    order(0);
    // For the service alone: this process has loaded its libraries already.
    ::setenv("DISK_SHIM_ORDERS", orders_file().c_str(), 1);
    ::setenv("DISK_SHIM_DIRECTORY", service.data_dir().c_str(), 1);
    ::setenv("LD_PRELOAD", TOCSIN_DISK_SHIM, 1);
    service.start();
    token = service.token();
    auto made = api().post("/channels", fmt::format(R"({{"name":"hook","type":"webhook",)"
                                                    R"("settings":{{"url":"{}"}}}})",
                                                    receiver.url("/")));
    EXPECT_EQ(made.status, 201);
    channel = made.text("/id");
  }

  ~failing_disk() override {
    ::unsetenv("LD_PRELOAD");
    hold(false);
  }

  std::filesystem::path orders_file() const { return directory.path() / "orders"; }

  /// Lets calls of the service fail from now on: a sum of `disk_shim::order`.
  void order(uint64_t calls) {
    std::fstream file{orders_file(), std::ios::binary | std::ios::in | std::ios::out};
    // In place, as the service has it mapped.
    if (!file)
      file.open(orders_file(), std::ios::binary | std::ios::out);
    file.write(reinterpret_cast<const char*>(&calls), sizeof calls);
  }

  api_client api() { return {service.url(), token}; }

  /// Sends an event and notes whether it was acknowledged; 0 where no answer came.
  int send(api_client& through) {
    auto reply = through.try_call("POST", "/events", R"({"event":"deploy.failure","message":"m"})");
    if (!reply)
      return 0;
    if (reply->status == 202) {
      std::lock_guard guard{mutex};
      acknowledged.insert(reply->text("/id"));
    }
    return reply->status;
  }

  void send_acknowledged(int count) {
    auto through = api();
    for (int i = 0; i < count; ++i)
      ASSERT_EQ(send(through), 202);
  }

  /// While held the receiver answers nothing, so that attempts stay under way.
  void hold(bool on) {
    std::lock_guard guard{mutex};
    is_held = on;
    changed.notify_all();
  }

  channels::reply_plan receive(const channels::received_request& x) {
    std::unique_lock guard{mutex};
    changed.wait(guard, [this] { return !is_held; });
    auto event = boost::json::parse(x.body);
    ++arrivals[boost::json::value_to<std::string>(event.at("id"))];
    return {channels::http_reply("200 OK", "")};
  }

  /// How many acknowledged events have not arrived.
  size_t missing() {
    std::lock_guard guard{mutex};
    return static_cast<size_t>(std::count_if(acknowledged.begin(), acknowledged.end(),
                                             [this](auto& id) { return !arrivals.contains(id); }));
  }

  size_t repeated() {
    std::lock_guard guard{mutex};
    size_t result = 0;
    for (auto& [id, times] : arrivals)
      result += static_cast<size_t>(times - 1);
    return result;
  }

  bool becomes_ready(bool wanted) {
    return eventually([&] { return status_of_readiness(service.url()) == (wanted ? 200 : 503); });
  }

  /// Whether everything that is owed is recorded as delivered.
  bool all_recorded() {
    auto stats = api().get("/stats/actors");
    return stats.body.at("channels").at(0).at("pending").to_number<uint64_t>() == 0;
  }

  /// Once the service has ended: what is stored is sound, and has all that was acknowledged.
  void expect_all_stored() {
    storage::environment::options options;
    options.directory = service.data_dir();
    auto env = storage::open_environment(options);
    ASSERT_TRUE(env) << env.error().detail;
    auto tx = (*env)->read();
    ASSERT_TRUE(tx);
    for (auto& id : acknowledged) {
      auto found = storage::event_repository{*tx}.find(*event_id::parse(id));
      EXPECT_TRUE(found && *found) << id;
    }
    auto report = storage::verify(*tx, [](const std::string& fault) { ADD_FAILURE() << fault; });
    EXPECT_TRUE(report && report->ok());
  }

  temporary_directory directory;
  std::mutex mutex;
  std::condition_variable changed;
  bool is_held = false;
  std::set<std::string> acknowledged;
  std::map<std::string, int> arrivals;
  channels::loopback_server receiver{
    [this](const channels::received_request& x) { return receive(x); }};
  service_process service;
  std::string token;
  std::string channel;
};

/// The calls of a commit after whose failure the service goes on.
class passing_failure : public failing_disk,
                        public testing::WithParamInterface<disk_shim::order> {};

TEST_P(passing_failure, refuses_what_is_new_and_loses_nothing_until_the_disk_is_well_again) {
  hold(true);
  send_acknowledged(8);
  // They are published by then.
  EXPECT_FALSE(all_recorded());
  order(GetParam());
  auto through = api();
  EXPECT_EQ(send(through), 500);
  EXPECT_TRUE(becomes_ready(false));
  EXPECT_EQ(through.patch("/channels/" + channel, R"({"name":"other"})").status, 500);
  // The outcomes cannot be recorded; they wait, and nothing is sent twice for it.
  hold(false);
  EXPECT_TRUE(eventually([&] { return missing() == 0; }));
  EXPECT_EQ(send(through), 500);
  EXPECT_FALSE(all_recorded());
  order(0);
  // Nobody has to send an event to find out.
  EXPECT_TRUE(becomes_ready(true));
  EXPECT_TRUE(eventually([&] { return all_recorded(); }));
  EXPECT_EQ(through.get("/channels/" + channel).text("/name"), "hook");
  send_acknowledged(8);
  EXPECT_TRUE(eventually([&] { return missing() == 0 && all_recorded(); }));
  EXPECT_EQ(repeated(), 0u);
  EXPECT_EQ(service.stop(), 0);
  expect_all_stored();
}

/// Publishing where there is nothing to publish asks nothing of the disk.
TEST_P(passing_failure, is_not_over_because_somebody_begins_to_watch_deliveries) {
  send_acknowledged(1);
  EXPECT_TRUE(eventually([&] { return missing() == 0 && all_recorded(); }));
  order(GetParam());
  auto through = api();
  EXPECT_EQ(send(through), 500);
  EXPECT_TRUE(becomes_ready(false));
  event_reader watcher{service.url()};
  EXPECT_EQ(watcher.open("/deliveries/stream", "Authorization: Bearer " + token + "\r\n"), 200u);
  EXPECT_EQ(status_of_readiness(service.url()), 503);
  order(0);
  EXPECT_TRUE(becomes_ready(true));
}

TEST_P(passing_failure, loses_nothing_when_it_is_killed_meanwhile) {
  hold(true);
  send_acknowledged(8);
  order(GetParam());
  auto through = api();
  EXPECT_EQ(send(through), 500);
  hold(false);
  EXPECT_TRUE(eventually([&] { return missing() == 0; }));
  service.kill();
  order(0);
  service.start();
  EXPECT_TRUE(eventually([&] { return all_recorded(); }));
  send_acknowledged(1);
  EXPECT_TRUE(eventually([&] { return missing() == 0 && all_recorded(); }));
  // Nobody could record that the first ones had arrived.
  EXPECT_GT(repeated(), 0u);
  EXPECT_EQ(service.stop(), 0);
  expect_all_stored();
}

INSTANTIATE_TEST_SUITE_P(calls, passing_failure,
                         testing::Values(disk_shim::fail_writes, disk_shim::fail_syncs),
                         [](auto& instance) {
                           return instance.param == disk_shim::fail_syncs ? "sync" : "write";
                         });

/// LMDB takes nothing more once the last page of a commit could not be written.
TEST_F(failing_disk,
       at_the_last_page_of_a_commit_ends_the_service_which_goes_on_at_its_next_start) {
  hold(true);
  send_acknowledged(8);
  order(disk_shim::fail_durable_writes);
  auto through = api();
  // The journal can still take it; then it must arrive like all others.
  EXPECT_THAT(send(through), AnyOf(0, 202, 500, 503));
  EXPECT_EQ(service.wait(60s), software_fault);
  order(0);
  hold(false);
  service.start();
  EXPECT_TRUE(eventually([&] { return missing() == 0 && all_recorded(); }));
  send_acknowledged(8);
  EXPECT_TRUE(eventually([&] { return missing() == 0 && all_recorded(); }));
  EXPECT_EQ(service.stop(), 0);
  expect_all_stored();
}

TEST_F(failing_disk, that_comes_and_goes_under_load_loses_nothing) {
  std::atomic<bool> done{false};
  std::atomic<size_t> refused{0};
  std::vector<std::thread> senders;
  for (int i = 0; i < 4; ++i)
    senders.emplace_back([&] {
      auto through = api();
      while (!done) {
        auto status = send(through);
        EXPECT_THAT(status, AnyOf(202, 500, 507));
        refused += status != 202;
      }
    });
  std::minstd_rand random{20260329};
  for (int round = 0; round < quick_or_full(6, 60); ++round) {
    auto refused_before = refused.load();
    order(1 + random() % 3);
    EXPECT_TRUE(eventually([&] { return refused > refused_before; }));
    order(0);
    size_t before = 0;
    {
      std::lock_guard guard{mutex};
      before = acknowledged.size();
    }
    auto more = 1 + random() % 200;
    EXPECT_TRUE(eventually([&] {
      std::lock_guard guard{mutex};
      return acknowledged.size() >= before + more;
    }));
  }
  done = true;
  for (auto& sender : senders)
    sender.join();
  EXPECT_TRUE(eventually([&] { return missing() == 0 && all_recorded(); }));
  std::cout << acknowledged.size() << " acknowledged, " << refused << " refused, " << repeated()
            << " repeated\n";
  EXPECT_EQ(repeated(), 0u);
  EXPECT_TRUE(becomes_ready(true));
  EXPECT_EQ(service.stop(), 0);
  expect_all_stored();
}

} // namespace

} // namespace tocsin
