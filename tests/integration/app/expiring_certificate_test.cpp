#include "app/pki/authority.hpp"
#include "client/connect.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/running_service.hpp"
#include "tests/support/standin/provider_standin.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using standin::provider;

/// A service with its CAF door open, whose own certificate is good for three days only, and a
/// webhook of the admin.
class expiring_certificate : public testing::Test {
protected:
  expiring_certificate() {
    EXPECT_FALSE(providers.start());
    app::config settings;
    settings.delivery.first_retry = 50ms;
    settings.gate.enabled = true;
    settings.gate.listen = {"127.0.0.1", 0};
    settings.gate.authority_file = authority.certificate_path();
    settings.gate.revoked_file = authority.revoked_path();
    settings.gate.certificate_file = node.certificate;
    settings.gate.key_file = node.key;
    settings.gate.panels = "tocsin://panel/shop";
    service = std::make_unique<running_service>(settings);
  }

  void add_webhook() {
    auto made = service->api().post(
      "/channels", fmt::format(R"({{"name":"ears","type":"webhook","settings":{{"url":"{}"}}}})",
                               providers.webhook_url("ears")));
    EXPECT_EQ(made.status, 201);
  }

  /// Sends an event, waits until it has arrived, and counts the warnings that came before it.
  size_t warnings_before(const std::string& marker) {
    auto sent = service->api().post(
      "/events", fmt::format(R"({{"event":"deploy.failure","message":"{}"}})", marker));
    EXPECT_EQ(sent.status, 202);
    auto arrived = providers.wait_for(
      [&](const standin::record& x) { return x.body.find(marker) != std::string::npos; },
      std::chrono::steady_clock::now() + 20s);
    EXPECT_TRUE(arrived);
    return warnings();
  }

  size_t warnings() {
    size_t result = 0;
    for (auto& x : providers.received(provider::webhook))
      result += x.body.find("ssl.expiring") != std::string::npos;
    return result;
  }

  boost::json::array certificates() {
    return service->api().get("/stats/actors").body.at("certificates").as_array();
  }

  /// The certificate of this role in the stats, once it is there.
  boost::json::object certificate(std::string_view role) {
    boost::json::object result;
    EXPECT_TRUE(eventually([&] {
      for (auto& x : certificates())
        if (x.at("role").as_string() == role)
          result = x.as_object();
      return !result.empty();
    }))
      << "not shown: " << role;
    return result;
  }

  temporary_directory directory;
  pki::authority authority = pki::authority::init(directory.path() / "pki").value();
  pki::issued_files node = authority.issue({pki::holder::node, "one", {"127.0.0.1"}, 72h}).value();
  pki::issued_files panel = authority.issue({pki::holder::panel, "shop", {}}).value();
  standin::provider_standin providers;
  std::unique_ptr<running_service> service;
};

TEST_F(expiring_certificate, is_announced_once_to_the_admin_whatever_is_restarted) {
  // The first warning comes before anybody could hear of it: it is an event all the same.
  add_webhook();
  warnings_before("first marker");
  auto shown = service->api().get("/events").body;
  EXPECT_NE(boost::json::serialize(shown).find("ssl.expiring"), std::string::npos);
  service->restart();
  warnings_before("second marker");
  auto events = service->api().get("/events").body.at("data").as_array();
  size_t announced = 0;
  for (auto& x : events)
    announced += x.at("event").as_string() == "ssl.expiring";
  EXPECT_EQ(announced, 1u);
}

TEST_F(expiring_certificate, reaches_the_admins_channels_when_it_comes_into_use) {
  add_webhook();
  // The node is given another certificate while it runs; that one is about to expire as well.
  auto next = authority.issue({pki::holder::node, "next", {"127.0.0.1"}, 48h}).value();
  std::filesystem::copy_file(next.key, node.key, std::filesystem::copy_options::overwrite_existing);
  std::filesystem::copy_file(next.certificate, node.certificate,
                             std::filesystem::copy_options::overwrite_existing);
  auto arrived = providers.wait_for(
    [](const standin::record& x) {
      return x.body.find("ssl.expiring") != std::string::npos
             && x.body.find("tocsin://node/next") != std::string::npos;
    },
    std::chrono::steady_clock::now() + 20s);
  ASSERT_TRUE(arrived);
  auto own = certificate("own");
  EXPECT_EQ(own["name"].as_string(), "tocsin://node/next");
}

TEST_F(expiring_certificate, is_shown_in_the_stats_with_those_of_authority_and_peers) {
  EXPECT_EQ(certificate("own")["name"].as_string(), "tocsin://node/one");
  EXPECT_EQ(boost::json::value_to<std::string>(certificate("own")["expires_at"]),
            to_rfc3339(node.expires_at));
  EXPECT_EQ(certificate("authority")["name"].as_string(), "Tocsin authority");
  caf::actor_system_config config;
  caf::actor_system system{config};
  client::config settings;
  settings.nodes = {{"127.0.0.1", service->gate_port(), {}}};
  settings.files = {authority.certificate_path(), {}, panel.certificate, panel.key};
  auto handle = client::connect(system, settings).value();
  auto shown = certificate("panel");
  EXPECT_EQ(shown["name"].as_string(), "tocsin://panel/shop");
  EXPECT_EQ(shown["connections"].to_number<int>(), 1);
  caf::scoped_actor self{system};
  self->request(handle, 20s, collect_stats{})
    .receive([](const node_stats& x) { EXPECT_EQ(x.certificates.size(), 3u); },
             [](const caf::error& x) { ADD_FAILURE() << to_failure(x).detail; });
  self->send_exit(handle, caf::exit_reason::user_shutdown);
  self->wait_for(handle);
}

} // namespace

} // namespace tocsin
