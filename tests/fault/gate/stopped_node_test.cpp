#include "app/bench/process_meter.hpp"
#include "app/bench/spawned_server.hpp"
#include "tests/fault/gate/event_pump.hpp"
#include "tests/fault/gate/network_fixture.hpp"
#include "tests/support/process_memory.hpp"

#include <caf/actor_system_config.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>

#include <csignal>
#include <filesystem>
#include <unistd.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using side = network_pair::side;

/// A real node at one end of a cable, a panel in this process at the other.
class stopped_node_test : public testing::Test {
protected:
  static constexpr size_t events_each = 10;

  void SetUp() override {
    if (!make_network(network_))
      return;
    network_->enter(side::node);
    bench::spawned_server::options wanted;
    wanted.program = TOCSIND_PROGRAM;
    wanted.scratch = std::filesystem::temp_directory_path();
    wanted.gate_address = network_pair::node_address;
    auto started = bench::spawned_server::start(wanted);
    ASSERT_TRUE(started) << started.error().detail;
    node_.emplace(std::move(*started));
    network_->enter(side::panel);
    system_.emplace(config_);
    settings_.nodes = {{network_pair::node_address, node_->gate_port(), {}}};
    settings_.files = node_->panel();
    settings_.first_backoff = 20ms;
    settings_.max_backoff = 200ms;
    // No submission may run out of time before the node goes on.
    settings_.answer_timeout = 10min;
    panel_ = client::connect(*system_, settings_).value();
    pump_.emplace(*system_, panel_);
  }

  ~stopped_node_test() override {
    if (node_)
      ::kill(node_->pid(), SIGCONT);
    pump_.reset();
    if (panel_)
      caf::anon_send_exit(panel_, caf::exit_reason::user_shutdown);
    panel_ = nullptr;
    system_.reset();
  }

  std::optional<network_pair> network_;
  std::optional<bench::spawned_server> node_;
  caf::actor_system_config config_;
  std::optional<caf::actor_system> system_;
  client::config settings_;
  client::node_actor panel_;
  std::optional<event_pump> pump_;
};

TEST_F(stopped_node_test, a_million_events_offered_to_a_stopped_node_leave_the_memory_bounded) {
  constexpr size_t submissions = 1'000'000 / events_each;
  auto window = settings_.window_events / events_each;
  // All buffers have their size by then.
  pump_->offer(20 * window, events_each, 2 * window);
  ASSERT_TRUE(pump_->wait([&](auto& x) { return x.offered == 20 * window && x.open() == 0; }));
  ASSERT_GT(pump_->counts().accepted, 0u);
  auto before = bench::peak_rss_bytes(::getpid()).value();
  auto counted = pump_->counts();
  ASSERT_EQ(::kill(node_->pid(), SIGSTOP), 0);
  pump_->offer(submissions, events_each, 2 * window);
  ASSERT_TRUE(pump_->wait(
    [&](auto& x) { return x.offered == counted.offered + submissions && x.open() <= window; }));
  auto grown = (bench::peak_rss_bytes(::getpid()).value() - before) / 1024;
  // The window, encoded and as it waits for the socket; a million events would be 150 MiB.
  EXPECT_LT(grown, 3 * settings_.window_bytes / 1024) << "KiB";
  std::cout << fmt::format("the peak grew by {} KiB\n", grown);
  auto refused = pump_->counts().refused - counted.refused;
  EXPECT_GE(refused, submissions - 2 * window) << "a stopped node took events";
  ASSERT_EQ(::kill(node_->pid(), SIGCONT), 0);
  // What the window took is kept for the node.
  ASSERT_TRUE(pump_->wait([](auto& x) { return x.open() == 0; }));
  EXPECT_EQ(pump_->counts().failed, 0u);
  EXPECT_EQ(pump_->counts().accepted - counted.accepted, submissions - refused);
}

} // namespace

} // namespace tocsin
