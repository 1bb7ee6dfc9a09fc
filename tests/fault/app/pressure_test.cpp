#include "tests/integration/channels/loopback_server.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/readiness.hpp"
#include "tests/support/service_process.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <sys/mount.h>
#include <thread>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

/// A service whose receiver holds back its answers until it is let go, so that all is owed.
class pressure : public testing::Test {
protected:
  ~pressure() override {
    if (!is_open)
      let_go.set_value();
    service.reset();
    if (is_mounted)
      ::umount2(data_dir.c_str(), MNT_DETACH);
  }

  void start(std::vector<std::string> settings, const char* disk_size = nullptr) {
    settings.push_back("transport.total_timeout=300s");
    service = std::make_unique<service_process>(settings);
    data_dir = service->data_dir();
    if (disk_size) {
      std::filesystem::create_directories(data_dir);
      is_mounted = ::mount("tmpfs", data_dir.c_str(), "tmpfs", 0,
                           fmt::format("size={},mode=0700", disk_size).c_str())
                   == 0;
    }
    if (disk_size && !is_mounted)
      return;
    service->start();
    api = std::make_unique<api_client>(service->url(), service->token());
    auto made = api->post("/channels", fmt::format(R"({{"name":"hook","type":"webhook","settings":)"
                                                   R"({{"url":"{}"}}}})",
                                                   receiver.url("/")));
    ASSERT_EQ(made.status, 201);
  }

  int send() {
    auto body
      = fmt::format(R"({{"event":"deploy.failure","message":"{}"}})", std::string(16'000, 'm'));
    auto status = api->post("/events", body).status;
    accepted += status == 202;
    return status;
  }

  /// Sends until events are refused for want of room.
  void fill() {
    auto end = clock::now() + 120s;
    auto status = 202;
    while (status == 202 && clock::now() < end)
      status = send();
    EXPECT_EQ(status, 507);
    std::cout << accepted << " events accepted before the first 507\n";
    EXPECT_GT(accepted, 50u);
  }

  void release() {
    is_open = true;
    let_go.set_value();
  }

  int ready_status() { return status_of_readiness(service->url()); }

  /// Whether everything that was accepted is recorded as delivered.
  bool all_delivered() {
    auto stats = api->get("/stats/actors");
    auto& channel = stats.body.at("channels").at(0);
    return channel.at("pending").to_number<uint64_t>() == 0
           && channel.at("sent").to_number<uint64_t>() == accepted;
  }

  std::promise<void> let_go;
  std::shared_future<void> gate = let_go.get_future().share();
  bool is_open = false;
  channels::loopback_server receiver{[this](const channels::received_request&) {
    gate.wait();
    return channels::reply_plan{channels::http_reply("200 OK", "")};
  }};
  std::unique_ptr<service_process> service;
  std::unique_ptr<api_client> api;
  std::filesystem::path data_dir;
  bool is_mounted = false;
  uint64_t accepted = 0;
};

TEST_F(pressure, of_a_full_disk_refuses_events_while_deliveries_go_on_and_ends_without_a_restart) {
  start({"storage.reserve=4MiB"}, "40m");
  if (!is_mounted) {
    std::cout << "no tmpfs can be mounted here; the limit of the map stands for the disk\n";
    start({"storage.map_size=1MiB", "storage.map_limit=16MiB"});
  }
  auto ballast = data_dir / "ballast";
  if (is_mounted)
    std::ofstream{ballast} << std::string(20 << 20, 'x');
  fill();
  EXPECT_TRUE(eventually([&] { return ready_status() == 503; }));
  EXPECT_EQ(api->post("/customers", R"({"name":"acme","display_name":"Acme"})").status, 507);
  release();
  EXPECT_TRUE(eventually([&] { return all_delivered(); })) << "deliveries stopped";
  EXPECT_EQ(send(), 507);
  if (!is_mounted)
    return;
  std::filesystem::remove(ballast);
  EXPECT_TRUE(eventually([&] { return ready_status() == 200; }));
  EXPECT_EQ(send(), 202);
  EXPECT_TRUE(eventually([&] { return all_delivered(); }));
  EXPECT_EQ(service->stop(), 0);
}

TEST_F(pressure, of_a_full_map_refuses_events_while_deliveries_go_on) {
  start({"storage.map_size=1MiB", "storage.map_limit=16MiB"});
  fill();
  EXPECT_TRUE(eventually([&] { return ready_status() == 503; }));
  release();
  EXPECT_TRUE(eventually([&] { return all_delivered(); })) << "deliveries stopped";
  EXPECT_EQ(send(), 507);
  EXPECT_EQ(service->stop(), 0);
}

} // namespace

} // namespace tocsin
