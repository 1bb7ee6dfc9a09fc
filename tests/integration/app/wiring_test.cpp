#include "tests/integration/app/service_fixture.hpp"
#include "tests/support/standin/failures.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// A service with settings that show in what it does.
class wiring : public service_fixture {
protected:
  wiring() {
    app::config settings;
    settings.server.public_url = "https://tocsin.example.com";
    settings.delivery.first_retry = 10ms;
    settings.delivery.max_retry = 20ms;
    settings.delivery.give_up = 100ms;
    settings.storage.event_retention = 48h;
    settings.storage.audit_retention = 72h;
    settings.outbound.admin_networks = "127.0.0.1/32";
    service = std::make_unique<running_service>(settings);
  }
};

TEST_F(wiring, begins_links_into_the_portal_with_the_public_url) {
  ASSERT_EQ(api().post("/customers", R"({"name":"acme","portal_enabled":true})").status, 201);
  auto link = api().post("/customers/acme/portal-links", "{}");
  EXPECT_THAT(link.text("/url"), testing::StartsWith("https://tocsin.example.com/portal"));
}

TEST_F(wiring, gives_deliveries_up_at_the_age_that_is_set) {
  add_webhook("one");
  providers.script("webhook", standin::http_answer(503, "").repeated(0));
  auto event = wait_until_ended(send("deploy.failure"));
  EXPECT_EQ(event.text("/deliveries/0/state"), "dead_letter") << boost::json::serialize(event.body);
}

TEST_F(wiring, keeps_what_is_past_as_long_as_is_set) {
  auto kept = api().get("/stats/actors").body.at("retention");
  EXPECT_EQ(kept.at("event_seconds"), 48 * 3600);
  EXPECT_EQ(kept.at("audit_seconds"), 72 * 3600);
}

TEST_F(wiring, lets_channels_of_admins_into_the_networks_that_are_set_alone) {
  auto add = [this](const std::string& url) {
    return api().post("/channels", fmt::format(R"({{"name":"{0}","type":"webhook",)"
                                               R"("settings":{{"url":"{0}"}}}})",
                                               url));
  };
  EXPECT_EQ(add(providers.webhook_url("one")).status, 201);
  auto refused = add("http://127.0.0.2:9/");
  EXPECT_EQ(refused.text("/errors/0/detail"),
            "the address lies in a network that this channel may not reach");
}

} // namespace

} // namespace tocsin
