#pragma once

#include "client/spool.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/integration/gate/gate_fixture.hpp"
#include "tests/support/reserved_port.hpp"

#include <caf/scoped_actor.hpp>

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace tocsin::gate {

/// A panel with a spool, which counts as cut off as soon as no node is connected.
class spooled_panel : public gate_fixture {
protected:
  spooled_panel() {
    options_.port = port_.number();
    settings_ = panel_config();
    settings_.spool.directory = directory_.path() / "spool";
    settings_.spool.after = std::chrono::milliseconds{0};
    settings_.spool.on_refused = [this](const submit_events& what, const failure& why) {
      std::lock_guard lock{mutex_};
      for (auto& x : what.events)
        refused_.emplace(x.id, why.code);
    };
  }

  /// Sends an event to a node that then goes without an answer; what the panel's will be.
  auto lose_unanswered(caf::scoped_actor& self, const client::node_actor& panel) {
    auto pending = self->request(panel, std::chrono::seconds{30}, events_with_ids({"a"}));
    self->request(panel, std::chrono::seconds{30}, collect_stats{})
      .receive([](const node_stats&) {}, [](caf::error&) {});
    server_.reset();
    return pending;
  }

  /// Sends one event and says whether the spool took it.
  bool goes_to_the_spool(const client::node_actor& to, const std::string& id) {
    auto reply = submit(to, events_with_ids({id}));
    EXPECT_TRUE(reply) << reply.error().detail;
    return reply && client::is_spooled(reply->receipts.at(0));
  }

  /// Waits until the node has answered what was sent before, a spool's entries included.
  void wait_for_answers(const client::node_actor& panel) {
    caf::scoped_actor self{*system_};
    self->request(panel, std::chrono::seconds{30}, collect_stats{})
      .receive([](const node_stats&) {},
               [](const caf::error& x) { ADD_FAILURE() << to_failure(x).detail; });
  }

  void put_into_the_spool(const std::string& payload) {
    ASSERT_EQ(client::spool::open(settings_.spool).value()->append({payload}).value(), 1u);
  }

  void stop(client::node_actor& panel) {
    caf::scoped_actor self{*system_};
    self->send_exit(panel, caf::exit_reason::user_shutdown);
    self->wait_for(panel);
    panel = nullptr;
    panels_.clear();
  }

  /// How often each event came to ingress.
  std::map<std::string, int> arrived() const {
    std::map<std::string, int> result;
    for (auto& x : log_.events())
      ++result[x.id];
    return result;
  }

  size_t refusals() {
    std::lock_guard lock{mutex_};
    return refused_.size();
  }

  reserved_port port_;
  client::config settings_;
  std::mutex mutex_;
  std::multimap<std::string, errc> refused_;
};

} // namespace tocsin::gate
