#pragma once

#include "app/pki/authority.hpp"
#include "client/connect.hpp"
#include "gate/desk.hpp"
#include "gate/server.hpp"
#include "tests/support/temporary_directory.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tocsin::gate {

/// What the actors behind the gate and the gate's log have seen. Thread-safe.
class gate_log {
public:
  void submitted(const submit_events& x);
  void noted(const notice& x);

  std::vector<event> events() const;
  std::vector<notice> notices() const;

  /// How many notices contain `text`.
  size_t count(const std::string& text) const;

  /// Waits until `done` holds; false if that takes more than ten seconds.
  bool wait(const std::function<bool(const gate_log&)>& done);
  bool wait_for_events(size_t count);
  bool wait_for_notice(const std::string& text);

private:
  mutable std::recursive_mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<event> events_;
  std::vector<notice> notices_;
};

/// A gate on a free port of 127.0.0.1 before a fake ingress, with an authority of its own that has
/// issued the node `one` and the panel `shop`; both are listed.
class gate_fixture : public testing::Test {
protected:
  gate_fixture();
  ~gate_fixture() override;

  /// Starts the gate with `options_`.
  void start();

  /// Issues a certificate and gives the files its holder needs.
  link::credential_files issue(pki::holder kind, const std::string& name,
                               std::chrono::seconds term = std::chrono::hours{24});

  /// What the panel `shop` needs to reach the gate.
  client::config panel_config() const;

  /// Connects with this, or as `shop`; the fixture ends the actor.
  client::node_actor connect(client::config settings);
  client::node_actor connect() { return connect(panel_config()); }

  /// Hands events to a panel and waits for its answer.
  expected<events_accepted> submit(const client::node_actor& to, submit_events what);

  temporary_directory directory_;
  pki::authority authority_;
  link::credential_files panel_files_;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  gate_log log_;
  /// What the node says of itself; set before anybody asks.
  node_stats stats_{"0.0", 7, {{"tocsin.ingress", 1, 0, 3, 0, 9}}, {}, {}};
  admission door_{1000};
  backend actors_;
  server_options options_;
  std::unique_ptr<server> server_;
  std::vector<client::node_actor> panels_;
};

/// A submission of one event for each of `ids`.
submit_events events_with_ids(const std::vector<std::string>& ids);

} // namespace tocsin::gate
