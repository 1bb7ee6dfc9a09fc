#include "app/bench/spawned_server.hpp"
#include "client/connect.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/support/seeded_store.hpp"
#include "tests/support/temporary_directory.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// A real node, and clients of its door.
class stats_over_caf : public testing::Test {
protected:
  /// Starts the node on what `prepare` makes of its data directory.
  void start(std::function<expected<void>(const std::filesystem::path&)> prepare = {}) {
    auto started = bench::spawned_server::start({TOCSIND_PROGRAM,
                                                 scratch_.path(),
                                                 {},
                                                 std::chrono::seconds{60},
                                                 "127.0.0.1",
                                                 std::move(prepare)});
    ASSERT_TRUE(started) << started.error().detail;
    node_.emplace(std::move(*started));
  }

  ~stats_over_caf() override {
    for (auto& x : clients_)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  }

  client::node_actor connect(link::credential_files files) {
    client::config settings;
    settings.nodes = {{"127.0.0.1", node_->gate_port(), {}}};
    settings.files = std::move(files);
    clients_.push_back(client::connect(system_, settings).value());
    return clients_.back();
  }

  /// The certificate of a node, which an operator's client shows: it may ask and not send.
  link::credential_files operators_files() const {
    auto directory = node_->panel().authority.parent_path();
    return {
      node_->panel().authority, {}, directory / "node-bench.crt", directory / "node-bench.key"};
  }

  expected<node_stats> ask(const stats_actor& whom) {
    caf::scoped_actor self{system_};
    expected<node_stats> result{node_stats{}};
    self->request(whom, 60s, collect_stats{})
      .receive([&](node_stats& x) { result = std::move(x); },
               [&](const caf::error& x) { result = to_failure(x); });
    return result;
  }

  temporary_directory scratch_;
  std::optional<bench::spawned_server> node_;
  caf::actor_system_config config_;
  caf::actor_system system_{config_};
  std::vector<client::node_actor> clients_;
};

uint64_t handled_by(const node_stats& x, const std::string& name) {
  auto found = std::find_if(x.actors.begin(), x.actors.end(),
                            [&](const actor_stats& each) { return each.name == name; });
  return found == x.actors.end() ? 0 : found->messages_handled;
}

TEST_F(stats_over_caf, ten_thousand_channels_fit_into_an_answer) {
  static constexpr size_t count = 10'000;
  start([](const std::filesystem::path& data) -> expected<void> {
    seeded_store store{data};
    for (size_t i = 0; i < count; ++i)
      store.add_webhook(fmt::format("customers' own channel number {}", i),
                        "https://example.com/x");
    store.close();
    return {};
  });
  auto x = ask(connect(operators_files()));
  ASSERT_TRUE(x) << x.error().detail;
  EXPECT_EQ(x->channels.size(), count);
  EXPECT_FALSE(x->actors.empty());
}

TEST_F(stats_over_caf, an_operator_sees_what_the_actors_of_a_node_did_for_a_panel) {
  start();
  auto panel = connect(node_->panel());
  auto operators = connect(operators_files());
  auto before = ask(operators);
  ASSERT_TRUE(before) << before.error().detail;
  constexpr int submissions = 5;
  caf::scoped_actor self{system_};
  for (int i = 0; i < submissions; ++i) {
    submit_events one;
    one.events.push_back({"", "deploy.failure", "", "", "", "it broke", ""});
    self->request(panel, 60s, std::move(one))
      .receive([](const events_accepted&) {},
               [](const caf::error& x) { FAIL() << to_failure(x).detail; });
  }
  auto after = ask(operators);
  ASSERT_TRUE(after) << after.error().detail;
  EXPECT_FALSE(after->version.empty());
  EXPECT_GE(after->uptime_seconds, before->uptime_seconds);
  EXPECT_EQ(handled_by(*after, "tocsin.ingress") - handled_by(*before, "tocsin.ingress"),
            submissions);
  EXPECT_GT(handled_by(*after, "tocsin.delivery-ledger"),
            handled_by(*before, "tocsin.delivery-ledger"));
}

} // namespace

} // namespace tocsin
