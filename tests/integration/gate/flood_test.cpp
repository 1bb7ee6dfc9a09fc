#include "tests/integration/gate/gate_fixture.hpp"
#include "tests/integration/gate/stranger.hpp"

#include <caf/scoped_actor.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tocsin::gate {

namespace {

using namespace std::chrono_literals;

/// A record header of TLS that announces more of a ClientHello than follows.
constexpr std::string_view half_a_hello{"\x16\x03\x01\x02\x00\x01", 6};

/// Handshakes that never end, and that time does not end either.
class flood_test : public gate_fixture {
protected:
  void SetUp() override {
    options_.max_connections = 40;
    options_.max_connections_per_address = 8;
    options_.handshake_timeout = 1h;
    start();
  }

  /// Opens as many as one address may have, from each of `count` addresses; every other one speaks.
  void flood(size_t count) {
    for (size_t i = 0; i < count; ++i)
      for (size_t j = 0; j < options_.max_connections_per_address; ++j) {
        held_.push_back(
          std::make_unique<stranger>(options_.port, fmt::format("127.0.0.{}", i + 10)));
        if (j % 2 == 0)
          held_.back()->send(half_a_hello);
      }
  }

  void expect_panel_gets_in() {
    caf::scoped_actor self{*system_};
    self->request(connect(), 20s, events_with_ids({""}))
      .receive([](const events_accepted&) {},
               [](const caf::error&) { ADD_FAILURE() << "the panel got no answer"; });
  }

  bool was_refused(const std::string& address) const {
    auto all = log_.notices();
    return std::any_of(all.begin(), all.end(), [&](auto& x) { return x.peer == address; });
  }

  std::vector<std::unique_ptr<stranger>> held_;
};

TEST_F(flood_test, a_panel_gets_in_while_handshakes_of_many_addresses_hold_all_that_they_can) {
  flood(40);
  expect_panel_gets_in();
  EXPECT_GT(log_.count("made room for others"), 0u);
  // It is no matter of one lucky moment.
  flood(10);
  expect_panel_gets_in();
}

TEST_F(flood_test, the_address_with_most_handshakes_loses_its_oldest) {
  stranger alone{options_.port, "127.0.0.9"};
  flood(10);
  // Connections are accepted in turn, so that all of the flood have been by then.
  expect_panel_gets_in();
  EXPECT_TRUE(was_refused("127.0.0.10"));
  EXPECT_FALSE(was_refused("127.0.0.9"));
  EXPECT_TRUE(held_.front()->is_closed_within(10s));
}

TEST_F(flood_test, what_is_in_a_handshake_counts_for_its_address) {
  flood(1);
  stranger one_more{options_.port, "127.0.0.10"};
  EXPECT_TRUE(one_more.is_closed_within(10s));
  EXPECT_TRUE(log_.wait_for_notice("it holds too many connections"));
}

} // namespace

} // namespace tocsin::gate
