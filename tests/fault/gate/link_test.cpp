#include "tests/fault/gate/hosts_entry.hpp"
#include "tests/fault/gate/network_fixture.hpp"
#include "tests/integration/gate/gate_fixture.hpp"

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <atomic>
#include <optional>
#include <thread>

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;
using side = network_pair::side;

/// A gate at one end of a cable, panels at the other.
class link_test : public gate_fixture {
protected:
  void SetUp() override {
    if (!make_network(network_))
      return;
    options_.address = network_pair::node_address;
    network_->enter(side::node);
    start();
    network_->enter(side::panel);
    panel_system_.emplace(panel_system_config_);
  }

  ~link_test() override {
    for (auto& x : panels_)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    panels_.clear();
    panel_system_.reset();
  }

  /// A panel at the other end of the cable; its certificate bears the node's old name.
  client::node_actor connect_over_cable(client::config settings) {
    settings.on_change = [this](const std::string& what) { panel_log_.noted({false, what, {}}); };
    panels_.push_back(client::connect(*panel_system_, std::move(settings)).value());
    return panels_.back();
  }

  client::config cable_config() const {
    auto result = panel_config();
    result.nodes = {{network_pair::node_address, options_.port, "127.0.0.1"}};
    return result;
  }

  /// Whether the panel's events are accepted, and how long that took.
  std::optional<clock::duration> time_to_accept(const client::node_actor& panel) {
    auto began = clock::now();
    std::optional<clock::duration> result;
    caf::scoped_actor self{*panel_system_};
    self->request(panel, 60s, events_with_ids({""}))
      .receive([&](const events_accepted&) { result = clock::now() - began; },
               [](const caf::error&) {});
    return result;
  }

  /// Waits until both ends have noticed that the other is gone, and gives how long that took.
  clock::duration time_until_both_notice(clock::time_point since) {
    EXPECT_TRUE(log_.wait_for_notice("peer disconnected"));
    EXPECT_TRUE(panel_log_.wait_for_notice("lost "));
    return clock::now() - since;
  }

  std::optional<network_pair> network_;
  caf::actor_system_config panel_system_config_;
  std::optional<caf::actor_system> panel_system_;
  gate_log panel_log_;
};

TEST_F(link_test, both_ends_notice_within_five_seconds_that_the_link_is_down) {
  auto panel = connect_over_cable(cable_config());
  ASSERT_TRUE(time_to_accept(panel));
  auto began = clock::now();
  network_->unplug();
  EXPECT_LT(time_until_both_notice(began), 5s);
  network_->plug_in();
  EXPECT_TRUE(time_to_accept(panel));
}

TEST_F(link_test, both_ends_notice_within_five_seconds_that_nothing_gets_through_any_more) {
  auto panel = connect_over_cable(cable_config());
  ASSERT_TRUE(time_to_accept(panel));
  // With events under way all the time, so that it is not the silence of a quiet link that is seen.
  std::atomic<bool> done{false};
  std::thread sender{[&] {
    caf::scoped_actor self{*panel_system_};
    while (!done)
      self->request(panel, 500ms, events_with_ids({""}))
        .receive([](events_accepted&) {}, [](caf::error&) {});
  }};
  ASSERT_TRUE(log_.wait_for_events(50));
  auto began = clock::now();
  network_->swallow_all();
  EXPECT_LT(time_until_both_notice(began), 5s);
  done = true;
  sender.join();
}

TEST_F(link_test, a_black_hole_among_the_nodes_does_not_delay_the_others) {
  auto settings = cable_config();
  // The issue of CAF: a connect to such an address blocks all others for 134 s.
  for (int i = 0; i < 3; ++i)
    settings.nodes.insert(settings.nodes.begin(), {network_pair::black_hole, 8421, {}});
  auto took = time_to_accept(connect_over_cable(settings));
  ASSERT_TRUE(took);
  EXPECT_LT(*took, settings.connect_timeout);
}

TEST_F(link_test, a_black_hole_among_the_addresses_of_a_name_does_not_delay_the_others) {
  auto settings = cable_config();
  settings.nodes[0].host = name_of_two;
  settings.connect_timeout = 20s;
  auto took = time_to_accept(connect_over_cable(settings));
  ASSERT_TRUE(took);
  EXPECT_LT(*took, settings.connect_timeout / 2);
}

TEST_F(link_test, a_panel_that_dials_into_a_black_hole_does_not_delay_another_panel) {
  auto settings = cable_config();
  settings.nodes = {{network_pair::black_hole, 8421, {}}};
  settings.connect_timeout = 1s;
  std::vector<client::node_actor> lost;
  for (int i = 0; i < 20; ++i)
    lost.push_back(connect_over_cable(settings));
  auto took = time_to_accept(connect_over_cable(cable_config()));
  ASSERT_TRUE(took);
  EXPECT_LT(*took, 5s);
  EXPECT_TRUE(panel_log_.wait_for_notice("no answer in time")) << "it is no black hole";
}

} // namespace

} // namespace tocsin::gate
