#include "tests/integration/app/service_fixture.hpp"

#include "tests/support/eventually.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

bool has_ended(const std::string& state) {
  return state != "pending" && state != "scheduled" && state != "attempting";
}

} // namespace

service_fixture::service_fixture() {
  auto failed = providers.start();
  EXPECT_FALSE(failed) << *failed;
  app::config settings;
  settings.providers.slack = providers.http_url() + "/slack";
  settings.providers.discord = providers.http_url() + "/discord";
  settings.providers.telegram = providers.telegram_base_url();
  settings.transport.ca_file = providers.certificate_path();
  settings.delivery.first_retry = 50ms;
  service = std::make_unique<running_service>(settings);
}

std::string service_fixture::add_channel(const std::string& draft) {
  auto reply = api().post("/channels", draft);
  EXPECT_EQ(reply.status, 201) << boost::json::serialize(reply.body);
  return reply.text("/id");
}

std::string service_fixture::add_webhook(const std::string& name) {
  return add_channel(fmt::format(R"({{"name":"{}","type":"webhook","settings":{{"url":"{}"}}}})",
                                 name, providers.webhook_url(name)));
}

std::string service_fixture::send(const std::string& type, const std::string& more) {
  auto reply = api().post("/events", fmt::format(R"({{"event":"{}","service":"my-app",)"
                                                 R"("message":"It happened"{}}})",
                                                 type, more));
  EXPECT_EQ(reply.status, 202) << boost::json::serialize(reply.body);
  return reply.text("/id");
}

api_reply service_fixture::wait_until(const std::string& path,
                                      const std::function<bool(api_reply&)>& wanted) {
  api_reply reply;
  EXPECT_TRUE(eventually(
    [&] {
      reply = api().get(path);
      return wanted(reply);
    },
    20s))
    << path << " never showed what was wanted: " << boost::json::serialize(reply.body);
  return reply;
}

api_reply service_fixture::wait_until_ended(const std::string& event) {
  return wait_until("/events/" + event, [](api_reply& reply) {
    auto deliveries = reply.body.as_object()["deliveries"].as_array();
    return std::all_of(deliveries.begin(), deliveries.end(), [](auto& x) {
      return has_ended(boost::json::value_to<std::string>(x.at("state")));
    });
  });
}

} // namespace tocsin
