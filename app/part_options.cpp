#include "app/part_options.hpp"

#include "app/config/version.hpp"
#include "app/file_limit.hpp"
#include "channels/transport/address_rules.hpp"
#include "link/peer_entries.hpp"

#include <algorithm>

namespace tocsin::app {

http::server_options http_options(const config& x) {
  http::server_options result;
  result.address = x.server.listen.host;
  result.port = x.server.listen.port;
  result.tls_certificate = x.server.certificate_file;
  result.tls_key = x.server.key_file;
  result.threads = x.server.threads;
  result.max_body_bytes = x.server.max_body_bytes;
  result.max_connections = x.server.max_connections;
  result.max_connections_per_address = x.server.max_connections_per_address;
  result.max_waiting_events = x.server.max_waiting_events;
  result.requests_per_second = x.server.rate_limit;
  result.submissions_per_second = x.server.event_rate_limit;
  result.max_streams = x.server.max_streams;
  return result;
}

gate::server_options gate_options(const config& x) {
  gate::server_options result;
  result.address = x.gate.listen.host;
  result.port = x.gate.listen.port;
  result.files
    = {x.gate.authority_file, x.gate.revoked_file, x.gate.certificate_file, x.gate.key_file};
  auto entries = [](const std::string& text) {
    return link::parse_peer_entries(text).value_or(std::vector<std::string>{});
  };
  result.peers = {entries(x.gate.panels), entries(x.gate.nodes)};
  result.max_connections = x.gate.max_connections;
  result.max_connections_per_address = x.gate.max_connections_per_address;
  result.handshake_timeout = x.gate.handshake_timeout;
  result.version = version();
  return result;
}

channels::transport_options transport_options(const config& x) {
  channels::transport_options result;
  result.ca_file = x.transport.ca_file;
  result.proxy = x.transport.proxy;
  result.ehlo_name = x.transport.ehlo_name;
  result.connect_timeout = x.transport.connect_timeout;
  result.total_timeout = x.transport.total_timeout;
  result.max_http_in_flight = requests_for(file_limit(), x.transport.max_in_flight);
  result.smtp_threads = x.transport.smtp_threads;
  result.smtp_threads_per_server = std::max(x.transport.smtp_threads / 4, 1u);
  return result;
}

outbound_options outbound_rules(const config& x) {
  return {
    {x.providers.slack, x.providers.discord, x.providers.telegram},
    channels::address_rules{
      channels::parse_address_list(x.outbound.admin_networks).value_or(channels::address_list{})},
    x.server.public_name};
}

} // namespace tocsin::app
