#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace tocsin::app {

/// Where a server listens.
struct endpoint {
  /// A numeric IPv4 or IPv6 address, without brackets.
  std::string host;
  /// 0 lets the system choose.
  uint16_t port = 0;

  friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// `127.0.0.1:8420`, `[::1]:8420`.
std::string to_string(const endpoint& x);

enum class log_level : uint8_t { debug, info, warning, error };
enum class log_format : uint8_t { text, json };

struct server_config {
  endpoint listen{"127.0.0.1", 8420};
  /// PEM files of the certificate to show and of its key; both empty: no TLS.
  std::filesystem::path certificate_file;
  std::filesystem::path key_file;
  /// The URL at which people reach the service; links into the portal begin with it.
  std::string public_url;
  /// What it calls itself in messages.
  std::string public_name = "Tocsin";
  /// The origins whose pages may frame the portal, separated by spaces; empty: none.
  std::string portal_ancestors;
  /// Threads that read requests and write answers.
  uint32_t threads = 1;
  /// Larger request bodies are answered with 413.
  uint64_t max_body_bytes = 1024 * 1024;
  uint32_t max_connections = 1024;
  uint32_t max_connections_per_address = 512;
  /// Events read but not yet durable; more than that are answered with 429.
  uint32_t max_waiting_events = 20'000;
  /// Requests a second of one token or session, but for those that send events; 0: any number.
  uint32_t rate_limit = 1'000;
  /// Requests a second of one token that send events; 0: any number.
  uint32_t event_rate_limit = 0;
  /// Readers of streams at the same time.
  uint32_t max_streams = 64;
};

/// The door for panels that speak the typed protocol.
struct gate_config {
  bool enabled = false;
  endpoint listen{"127.0.0.1", 8421};
  std::filesystem::path authority_file;
  std::filesystem::path revoked_file;
  std::filesystem::path certificate_file;
  std::filesystem::path key_file;
  /// Names or fingerprints with commas between them.
  std::string panels;
  std::string nodes;
  uint32_t max_connections = 1024;
  uint32_t max_connections_per_address = 64;
  std::chrono::milliseconds handshake_timeout = std::chrono::seconds{5};
};

struct storage_config {
  std::filesystem::path data_dir = "./var/tocsin";
  /// Empty: see `key_file_path`.
  std::filesystem::path key_file;
  /// What the database maps at first; it grows by itself.
  uint64_t map_size_bytes = 1024ULL * 1024 * 1024;
  /// Where growing ends: from there on new events are answered with 507.
  uint64_t map_limit_bytes = 64ULL * 1024 * 1024 * 1024;
  /// While less than this is left, on the disk or of the map, nothing new is taken.
  uint64_t reserve_bytes = 256ULL * 1024 * 1024;
  /// How long ended events, and with them their idempotency keys, are kept.
  std::chrono::milliseconds event_retention = std::chrono::hours{30 * 24};
  std::chrono::milliseconds audit_retention = std::chrono::hours{365 * 24};
};

struct delivery_config {
  std::chrono::milliseconds first_retry = std::chrono::seconds{5};
  std::chrono::milliseconds max_retry = std::chrono::hours{6};
  /// Age at which a delivery that still fails becomes a dead letter.
  std::chrono::milliseconds give_up = std::chrono::hours{72};
  uint32_t in_flight_per_channel = 64;
  /// How long SIGTERM waits for attempts in flight.
  std::chrono::milliseconds drain_timeout = std::chrono::seconds{20};
};

struct transport_config {
  std::chrono::milliseconds connect_timeout = std::chrono::seconds{5};
  /// The whole of one HTTP attempt, connecting included.
  std::chrono::milliseconds total_timeout = std::chrono::seconds{30};
  /// PEM file with the authorities to trust; empty: those of the system.
  std::filesystem::path ca_file;
  /// SMTP conversations that may run at the same time.
  uint32_t smtp_threads = 16;
  /// HTTP requests under way at the same time; 0: derived from the limit of open files.
  uint32_t max_in_flight = 0;
  /// What mail servers are told in EHLO; empty: the machine's name.
  std::string ehlo_name;
  /// URL of an HTTP proxy; empty: none, and the environment is not looked at.
  std::string proxy;
};

/// Where the fixed-address providers are reached; tests and the demo point these elsewhere.
/// URLs without a slash at their end; a path goes before the provider's own.
struct providers_config {
  std::string slack = "https://hooks.slack.com";
  std::string discord = "https://discord.com";
  std::string telegram = "https://api.telegram.org";
};

struct outbound_config {
  /// The loopback and private addresses that channels of admins may reach besides public ones, as
  /// `channels::parse_address_list` reads them. Those of customers never reach any.
  std::string admin_networks = "0.0.0.0/0, ::/0";
};

struct log_config {
  log_level level = log_level::info;
  log_format format = log_format::text;
};

struct actors_config {
  /// Worker threads of the actor scheduler. On two cores one does more than four.
  uint32_t threads = 1;
};

/// All settings of the service. A default-constructed one holds the defaults; `app/tocsin.toml`
/// shows them, `option_table` knows their names and limits.
struct config {
  server_config server;
  gate_config gate;
  storage_config storage;
  delivery_config delivery;
  transport_config transport;
  providers_config providers;
  outbound_config outbound;
  log_config log;
  actors_config actors;
};

/// The file with the key that seals secrets: as configured, or `sealing.key` in the data
/// directory.
std::filesystem::path key_file_path(const config& x);

} // namespace tocsin::app
