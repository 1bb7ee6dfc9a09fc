#include "app/config/version.hpp"
#include "app/part_options.hpp"

#include <gmock/gmock.h>

namespace tocsin::app {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// Settings of which each has a value of its own.
TEST(part_options, tell_the_http_server_what_the_settings_say) {
  config x;
  x.server.listen = {"192.0.2.1", 1001};
  x.server.certificate_file = "certificate";
  x.server.key_file = "key";
  x.server.threads = 2;
  x.server.max_body_bytes = 3;
  x.server.max_connections = 4;
  x.server.max_connections_per_address = 5;
  x.server.max_waiting_events = 6;
  x.server.rate_limit = 7;
  x.server.event_rate_limit = 8;
  x.server.max_streams = 9;
  auto made = http_options(x);
  EXPECT_EQ(made.address, "192.0.2.1");
  EXPECT_EQ(made.port, 1001);
  EXPECT_EQ(made.tls_certificate, "certificate");
  EXPECT_EQ(made.tls_key, "key");
  EXPECT_EQ(made.threads, 2u);
  EXPECT_EQ(made.max_body_bytes, 3u);
  EXPECT_EQ(made.max_connections, 4u);
  EXPECT_EQ(made.max_connections_per_address, 5u);
  EXPECT_EQ(made.max_waiting_events, 6u);
  EXPECT_EQ(made.requests_per_second, 7);
  EXPECT_EQ(made.submissions_per_second, 8);
  EXPECT_EQ(made.max_streams, 9u);
}

TEST(part_options, tell_the_gate_what_the_settings_say) {
  config x;
  x.gate.listen = {"192.0.2.2", 1002};
  x.gate.authority_file = "authority";
  x.gate.revoked_file = "revoked";
  x.gate.certificate_file = "certificate";
  x.gate.key_file = "key";
  x.gate.panels = "tocsin://panel/a, tocsin://panel/b";
  x.gate.nodes = "tocsin://node/c";
  x.gate.max_connections = 2;
  x.gate.max_connections_per_address = 3;
  x.gate.handshake_timeout = 4s;
  auto made = gate_options(x);
  EXPECT_EQ(made.address, "192.0.2.2");
  EXPECT_EQ(made.port, 1002);
  EXPECT_EQ(made.files.authority, "authority");
  EXPECT_EQ(made.files.revoked, "revoked");
  EXPECT_EQ(made.files.certificate, "certificate");
  EXPECT_EQ(made.files.key, "key");
  EXPECT_THAT(made.peers.panels, ElementsAre("tocsin://panel/a", "tocsin://panel/b"));
  EXPECT_THAT(made.peers.nodes, ElementsAre("tocsin://node/c"));
  EXPECT_EQ(made.max_connections, 2u);
  EXPECT_EQ(made.max_connections_per_address, 3u);
  EXPECT_EQ(made.handshake_timeout, 4s);
  EXPECT_EQ(made.version, version());
}

TEST(part_options, tell_the_transport_what_the_settings_say) {
  config x;
  x.transport.ca_file = "authorities";
  x.transport.proxy = "http://proxy:1";
  x.transport.ehlo_name = "mail.example.com";
  x.transport.connect_timeout = 2s;
  x.transport.total_timeout = 3s;
  x.transport.max_in_flight = 4;
  x.transport.smtp_threads = 20;
  auto made = transport_options(x);
  EXPECT_EQ(made.ca_file, "authorities");
  EXPECT_EQ(made.proxy, "http://proxy:1");
  EXPECT_EQ(made.ehlo_name, "mail.example.com");
  EXPECT_EQ(made.connect_timeout, 2s);
  EXPECT_EQ(made.total_timeout, 3s);
  EXPECT_EQ(made.max_http_in_flight, 4u);
  EXPECT_EQ(made.smtp_threads, 20u);
  EXPECT_EQ(made.smtp_threads_per_server, 5u);
}

TEST(part_options, leave_a_mail_server_one_thread_at_least_and_derive_the_requests) {
  config x;
  x.transport.smtp_threads = 1;
  x.transport.max_in_flight = 0;
  auto made = transport_options(x);
  EXPECT_EQ(made.smtp_threads_per_server, 1u);
  EXPECT_GT(made.max_http_in_flight, 0u);
}

TEST(part_options, tell_channels_what_the_settings_say) {
  config x;
  x.providers = {"http://slack", "http://discord", "http://telegram"};
  x.outbound.admin_networks = "10.0.0.0/8";
  x.server.public_name = "Acme Alerts";
  auto made = outbound_rules(x);
  EXPECT_EQ(made.endpoints.slack, "http://slack");
  EXPECT_EQ(made.endpoints.discord, "http://discord");
  EXPECT_EQ(made.endpoints.telegram, "http://telegram");
  EXPECT_EQ(made.public_name, "Acme Alerts");
  EXPECT_TRUE(made.admin_rules.allow("10.1.2.3"));
  EXPECT_FALSE(made.admin_rules.allow("192.168.1.1"));
}

} // namespace

} // namespace tocsin::app
