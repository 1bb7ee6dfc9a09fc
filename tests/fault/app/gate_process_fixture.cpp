#include "tests/fault/app/gate_process_fixture.hpp"

#include "tests/support/api_client.hpp"
#include "tests/support/eventually.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>

#include <chrono>

namespace tocsin {

using namespace std::chrono_literals;
using standin::provider;

gate_process_fixture::gate_process_fixture() {
  EXPECT_FALSE(providers.start());
  service.start();
  api_client api{service.url(), service.token()};
  auto made = api.post("/channels", fmt::format(R"({{"name":"hook","type":"webhook","settings":)"
                                                R"({{"url":"{}"}}}})",
                                                providers.webhook_url("hook")));
  EXPECT_EQ(made.status, 201);
}

std::vector<std::string> gate_process_fixture::settings() const {
  auto setting = [](const char* name, const std::filesystem::path& value) {
    return fmt::format("gate.{}={}", name, value.string());
  };
  return {"gate.enabled=true",
          fmt::format("gate.listen=127.0.0.1:{}", port.number()),
          "gate.panels=tocsin://panel/shop",
          "delivery.first_retry=100ms",
          setting("authority_file", authority.certificate_path()),
          setting("revoked_file", authority.revoked_path()),
          setting("certificate_file", node.certificate),
          setting("key_file", node.key)};
}

client::config gate_process_fixture::panel_config() const {
  client::config result;
  result.nodes = {{"127.0.0.1", port.number(), {}}};
  result.files = {authority.certificate_path(), {}, panel.certificate, panel.key};
  result.first_backoff = 20ms;
  result.max_backoff = 200ms;
  return result;
}

std::map<std::string, std::set<std::string>> gate_process_fixture::arrivals() {
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

void gate_process_fixture::wait_until_nothing_is_owed() {
  api_client api{service.url(), service.token()};
  auto owed = [&api] {
    auto stats = api.get("/stats/actors");
    return stats.body.at("channels").at(0).at("pending").to_number<uint64_t>();
  };
  EXPECT_TRUE(eventually([&] { return owed() == 0; }));
}

std::map<std::string, std::set<std::string>> gate_process_fixture::wait_for_arrivals(
  const std::function<bool(const std::map<std::string, std::set<std::string>>&)>& done) {
  std::map<std::string, std::set<std::string>> arrived;
  EXPECT_TRUE(eventually([&] {
    arrived = arrivals();
    return done(arrived);
  }));
  return arrived;
}

} // namespace tocsin
