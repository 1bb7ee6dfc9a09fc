#include "app/pki/authority.hpp"
#include "client/connect.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/fault/app/service_process.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/standin/provider_standin.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using standin::provider;

constexpr int rounds = 3;
constexpr size_t events_per_round = 2000;

/// A port that was free a moment ago; the service has to come back on the same one.
uint16_t free_port() {
  using boost::asio::ip::tcp;
  boost::asio::io_context context;
  tcp::acceptor taken{context, {boost::asio::ip::address_v4::loopback(), 0}};
  return taken.local_endpoint().port();
}

class gate_kill_test : public testing::Test {
protected:
  gate_kill_test() {
    EXPECT_FALSE(providers.start());
    service.start();
    api_client api{service.url(), service.token()};
    auto made = api.post("/channels", fmt::format(R"({{"name":"hook","type":"webhook","settings":)"
                                                  R"({{"url":"{}"}}}})",
                                                  providers.webhook_url("hook")));
    EXPECT_EQ(made.status, 201);
  }

  std::vector<std::string> settings() {
    auto setting = [](const char* name, const std::filesystem::path& value) {
      return fmt::format("gate.{}={}", name, value.string());
    };
    return {"gate.enabled=true",
            fmt::format("gate.listen=127.0.0.1:{}", port),
            "gate.panels=tocsin://panel/shop",
            "delivery.first_retry=100ms",
            setting("authority_file", authority.certificate_path()),
            setting("revoked_file", authority.revoked_path()),
            setting("certificate_file", node.certificate),
            setting("key_file", node.key)};
  }

  client::config panel_config() {
    client::config result;
    result.nodes = {{"127.0.0.1", port, {}}};
    result.files = {authority.certificate_path(), {}, panel.certificate, panel.key};
    result.first_backoff = 20ms;
    result.max_backoff = 200ms;
    return result;
  }

  /// The id of every event that arrived, with the delivery ids it came under.
  std::map<std::string, std::set<std::string>> arrivals() {
    std::map<std::string, std::set<std::string>> result;
    for (auto& x : providers.received(provider::webhook)) {
      auto body = boost::json::parse(x.body);
      auto& ids = result[boost::json::value_to<std::string>(body.at("id"))];
      for (auto& header : x.headers)
        if (header.name == "webhook-id")
          ids.insert(header.value);
    }
    return result;
  }

  /// Whether everything that was accepted has been sent, or given up.
  bool owes_nothing() {
    api_client api{service.url(), service.token()};
    auto stats = api.get("/stats/actors");
    auto& channel = stats.body.at("channels").at(0);
    return channel.at("pending").to_number<uint64_t>() == 0;
  }

  temporary_directory directory;
  pki::authority authority = pki::authority::init(directory.path() / "pki").value();
  pki::issued_files node = authority.issue({pki::holder::node, "one", {"127.0.0.1"}}).value();
  pki::issued_files panel = authority.issue({pki::holder::panel, "shop", {}}).value();
  uint16_t port = free_port();
  standin::provider_standin providers;
  service_process service{settings()};
};

TEST_F(gate_kill_test, every_event_a_panel_sends_is_delivered_once_though_the_service_is_killed) {
  caf::actor_system_config config;
  caf::actor_system system{config};
  auto handle = client::connect(system, panel_config()).value();
  std::atomic<size_t> accepted{0};
  std::atomic<size_t> refused{0};
  auto sender = system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    return {[self, handle, &accepted, &refused](int round) {
      for (size_t i = 0; i < events_per_round; ++i) {
        submit_events one;
        one.events.push_back(
          {fmt::format("{}-{}", round, i), "deploy.failure", "", "", "", "m", ""});
        self->request(handle, 60s, std::move(one))
          .then([&accepted](const events_accepted&) { ++accepted; },
                [&refused](const caf::error&) { ++refused; });
      }
    }};
  });
  for (int round = 0; round < rounds; ++round) {
    auto before = accepted.load();
    caf::anon_send(sender, round);
    auto deadline = std::chrono::steady_clock::now() + 20s;
    while (accepted < before + 100 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    service.kill();
    EXPECT_LT(accepted, before + events_per_round) << "it was killed too late to matter";
    service.start();
    while (accepted + refused < (round + 1) * events_per_round
           && std::chrono::steady_clock::now() < deadline + 20s)
      std::this_thread::yield();
  }
  EXPECT_EQ(accepted, rounds * events_per_round);
  EXPECT_EQ(refused, 0u);
  // Only once nothing is owed has a second delivery of an event had the time to arrive, too.
  auto deadline = std::chrono::steady_clock::now() + 60s;
  while (!owes_nothing() && std::chrono::steady_clock::now() < deadline) {
    auto count = providers.counts().accepted[static_cast<size_t>(provider::webhook)];
    providers.wait_for_count(provider::webhook, count + 1,
                             std::chrono::steady_clock::now() + 100ms);
  }
  auto arrived = arrivals();
  EXPECT_EQ(arrived.size(), accepted);
  // An event that was accepted twice would have two deliveries.
  for (auto& [id, deliveries] : arrived)
    EXPECT_EQ(deliveries.size(), 1u) << id;
  caf::anon_send_exit(sender, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
  handle = nullptr;
}

} // namespace

} // namespace tocsin
