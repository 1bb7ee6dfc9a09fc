#include "app/config/option_table.hpp"

#include "app/config/nearest_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tocsin::app {

namespace {

constexpr uint64_t kib = 1ULL << 10;
constexpr uint64_t mib = 1ULL << 20;
constexpr uint64_t tib = 1ULL << 40;
constexpr uint64_t second = 1'000;
constexpr uint64_t minute = 60 * second;
constexpr uint64_t hour = 60 * minute;
constexpr uint64_t day = 24 * hour;

constexpr std::array server_options{
  option{
    "server", "listen", [](config& x) -> setting { return &x.server.listen; },
    "Address and port of the HTTP API. To serve other machines, set a certificate or put a TLS "
    "proxy in front."},
  option{"server", "certificate_file",
         [](config& x) -> setting { return &x.server.certificate_file; },
         "PEM file with the certificate of the HTTP API, followed by the intermediate ones; empty: "
         "no TLS. Reloaded with its key when either changes, and at SIGHUP.",
         0, 0, text_rule::existing_file},
  option{"server", "key_file", [](config& x) -> setting { return &x.server.key_file; },
         "PEM file with the certificate's key, without a passphrase.", 0, 0,
         text_rule::existing_file},
  option{
    "server", "public_url", [](config& x) -> setting { return &x.server.public_url; },
    "The URL at which people reach the service, for example https://notify.example.com, "
    "without a slash at the end. Links into the portal begin with it. If it is https, browsers "
    "send sessions over TLS only.",
    0, 0, text_rule::optional_base_url},
  option{"server", "public_name", [](config& x) -> setting { return &x.server.public_name; },
         "What the service calls itself in messages; {{public_name}} in templates.", 0, 0,
         text_rule::one_line},
  option{"server", "portal_ancestors",
         [](config& x) -> setting { return &x.server.portal_ancestors; },
         "Origins whose pages may show the customer portal in a frame, for example "
         "https://panel.example.com, separated by spaces; empty: none.",
         0, 0, text_rule::origins},
  option{"server", "threads", [](config& x) -> setting { return &x.server.threads; },
         "Threads that read requests and write answers.", 1, 64},
  option{"server", "max_body", [](config& x) -> setting { return &x.server.max_body_bytes; },
         "Larger request bodies are answered with 413.", 1 * kib, 64 * mib},
  option{"server", "max_connections",
         [](config& x) -> setting { return &x.server.max_connections; },
         "Connections open at the same time. Further ones are answered with 503.", 1, 65'536},
  option{"server", "max_connections_per_address",
         [](config& x) -> setting { return &x.server.max_connections_per_address; },
         "How many of these connections one address may hold.", 1, 65'536},
  option{
    "server", "max_waiting_events",
    [](config& x) -> setting { return &x.server.max_waiting_events; },
    "How many events may wait for the disk; a request of more than 4 KiB per event counts by its "
    "size. Requests beyond that are answered with 429.",
    1, 1'000'000},
  option{"server", "rate_limit", [](config& x) -> setting { return &x.server.rate_limit; },
         "Requests per second of one token or session, in bursts of up to twice as many. Requests "
         "beyond that are answered with 429. 0: no limit. Requests that send events do not count.",
         0, 1'000'000},
  option{"server", "event_rate_limit",
         [](config& x) -> setting { return &x.server.event_rate_limit; },
         "The same for requests that send events. 0: no limit other than max_waiting_events.", 0,
         1'000'000},
  option{"server", "max_streams", [](config& x) -> setting { return &x.server.max_streams; },
         "Readers of GET /deliveries/stream at the same time; further ones are answered with 429.",
         1, 10'000},
};

constexpr std::array gate_options{
  option{"gate", "enabled", [](config& x) -> setting { return &x.gate.enabled; },
         "Whether panels may send typed messages over TLS; see docs/gate.md."},
  option{"gate", "listen", [](config& x) -> setting { return &x.gate.listen; },
         "Address and port of the CAF door."},
  option{"gate", "authority_file", [](config& x) -> setting { return &x.gate.authority_file; },
         "PEM file with the authority that signs the certificates of panels and nodes.", 0, 0,
         text_rule::existing_file},
  option{
    "gate", "revoked_file", [](config& x) -> setting { return &x.gate.revoked_file; },
    "PEM file with the authority's certificate revocation lists (CRLs); empty: revocation is not "
    "checked.",
    0, 0, text_rule::existing_file},
  option{"gate", "certificate_file", [](config& x) -> setting { return &x.gate.certificate_file; },
         "PEM file with this node's own certificate. All four files are reloaded when they change.",
         0, 0, text_rule::existing_file},
  option{"gate", "key_file", [](config& x) -> setting { return &x.gate.key_file; },
         "PEM file with the certificate's key.", 0, 0, text_rule::existing_file},
  option{"gate", "panels", [](config& x) -> setting { return &x.gate.panels; },
         "Who may send events: subject alternative names such as tocsin://panel/shop, or "
         "fingerprints such as sha256:0f3a…, separated by commas.",
         0, 0, text_rule::peers},
  option{"gate", "nodes", [](config& x) -> setting { return &x.gate.nodes; },
         "Who may ask for stats but not send events, in the same form.", 0, 0, text_rule::peers},
  option{"gate", "max_connections", [](config& x) -> setting { return &x.gate.max_connections; },
         "Connections open at the same time, including those still in their handshake.", 1, 65'536},
  option{"gate", "max_connections_per_address",
         [](config& x) -> setting { return &x.gate.max_connections_per_address; },
         "How many of these connections one address may hold.", 1, 65'536},
  option{"gate", "handshake_timeout",
         [](config& x) -> setting { return &x.gate.handshake_timeout; },
         "Time limit for the TLS handshake of a peer.", 100, 1 * minute},
};

constexpr std::array storage_options{
  option{"storage", "data_dir", [](config& x) -> setting { return &x.storage.data_dir; },
         "Directory of the database. Created with mode 0700 if it is missing.", 0, 0,
         text_rule::not_empty},
  option{"storage", "key_file", [](config& x) -> setting { return &x.storage.key_file; },
         "File with the key that encrypts secrets; empty: sealing.key in data_dir. Created at the "
         "first start. Without it the secrets of all channels are lost: back it up, separately."},
  option{"storage", "map_size", [](config& x) -> setting { return &x.storage.map_size_bytes; },
         "Address space for the database at the start; it grows automatically.", 1 * mib, 16 * tib},
  option{"storage", "map_limit", [](config& x) -> setting { return &x.storage.map_limit_bytes; },
         "The most that map_size grows to; from then on new events are answered with 507.", 1 * mib,
         16 * tib},
  option{
    "storage", "reserve", [](config& x) -> setting { return &x.storage.reserve_bytes; },
    "While less than this is left on the disk or of map_limit, requests that add an event, a "
    "channel, an admin, a customer or a token are answered with 507, so that deliveries can go on. "
    "Values below 1MiB count as 1MiB, values above an eighth of map_limit as that eighth.",
    0, 1 * tib},
  option{"storage", "event_retention",
         [](config& x) -> setting { return &x.storage.event_retention; },
         "How long finished events are kept, and how long a repeated event is recognised.",
         1 * hour, 3650 * day},
  option{"storage", "audit_retention",
         [](config& x) -> setting { return &x.storage.audit_retention; },
         "How long entries of the audit log are kept.", 1 * day, 36500 * day},
};

constexpr std::array delivery_options{
  option{"delivery", "first_retry", [](config& x) -> setting { return &x.delivery.first_retry; },
         "Pause after the first failed attempt. It triples after each further one.", 100, 1 * day},
  option{"delivery", "max_retry", [](config& x) -> setting { return &x.delivery.max_retry; },
         "The longest pause between two attempts.", 100, 7 * day},
  option{"delivery", "give_up", [](config& x) -> setting { return &x.delivery.give_up; },
         "Age at which a delivery that still fails becomes a dead letter.", 1 * second, 90 * day},
  option{"delivery", "in_flight_per_channel",
         [](config& x) -> setting { return &x.delivery.in_flight_per_channel; },
         "Attempts of one channel in flight at the same time.", 1, 1024},
  option{"delivery", "drain_timeout",
         [](config& x) -> setting { return &x.delivery.drain_timeout; },
         "How long SIGTERM waits for attempts in flight to end.", 0, 10 * minute},
};

constexpr std::array transport_options{
  option{"transport", "connect_timeout",
         [](config& x) -> setting { return &x.transport.connect_timeout; },
         "Time limit for resolving, connecting and the TLS handshake.", 100, 5 * minute},
  option{"transport", "total_timeout",
         [](config& x) -> setting { return &x.transport.total_timeout; },
         "Time limit for one whole HTTP attempt.", 100, 10 * minute},
  option{"transport", "ca_file", [](config& x) -> setting { return &x.transport.ca_file; },
         "PEM file with the certificate authorities to trust; empty: those of the system.", 0, 0,
         text_rule::existing_file},
  option{
    "transport", "smtp_threads", [](config& x) -> setting { return &x.transport.smtp_threads; },
    "SMTP conversations at the same time. A server (host, port and encryption) that accepts mails "
    "within 5 s gets up to a quarter of them, any other server one; one customer gets at most "
    "half. "
    "Owners take turns. Threads are started as needed.",
    1, 256},
  option{"transport", "ehlo_name", [](config& x) -> setting { return &x.transport.ehlo_name; },
         "The name given to mail servers in EHLO; empty: the machine's own. Some servers accept "
         "only a fully qualified name, such as notify.example.com.",
         0, 0, text_rule::host_name},
  option{"transport", "max_in_flight",
         [](config& x) -> setting { return &x.transport.max_in_flight; },
         "HTTP requests of all channels in flight at the same time. When the limit is reached, the "
         "owners take turns, and so do the channels of each owner. 0: a quarter of the files the "
         "process may open, at most 2048. Lowered where the process may open too few files.",
         0, 65'536},
  option{
    "transport", "proxy", [](config& x) -> setting { return &x.transport.proxy; },
    "URL of an HTTP proxy for all channels except email; empty: none. The environment "
    "(http_proxy, no_proxy) is ignored. For channels that may not reach every address, such as "
    "those of customers, the service resolves the name itself and asks the proxy for a tunnel "
    "(CONNECT) to an allowed address.",
    0, 0, text_rule::proxy_url},
};

constexpr std::array provider_options{
  option{"providers", "slack", [](config& x) -> setting { return &x.providers.slack; },
         "Where to reach Slack: its own address, an outgoing relay, or a stand-in for tests.", 0, 0,
         text_rule::base_url},
  option{"providers", "discord", [](config& x) -> setting { return &x.providers.discord; },
         "Where to reach Discord, likewise.", 0, 0, text_rule::base_url},
  option{"providers", "telegram", [](config& x) -> setting { return &x.providers.telegram; },
         "Where to reach Telegram, likewise; this may be your own Bot API server.", 0, 0,
         text_rule::base_url},
};

constexpr std::array other_options{
  option{"outbound", "admin_networks",
         [](config& x) -> setting { return &x.outbound.admin_networks; },
         "The loopback and private networks that channels of admins may reach, besides public "
         "addresses; separated by commas. Channels of customers can reach none of them.",
         0, 0, text_rule::networks},
  option{"log", "level", [](config& x) -> setting { return &x.log.level; },
         "Minimum severity to log."},
  option{"log", "format", [](config& x) -> setting { return &x.log.format; },
         "Lines for people (text), or one JSON object per line for programs (json). Both go to "
         "standard error."},
  option{"actors", "threads", [](config& x) -> setting { return &x.actors.threads; },
         "Threads that run the actors; 1 gives the highest throughput on two cores.", 1, 64},
};

template <size_t... Sizes>
constexpr auto concatenate(const std::array<option, Sizes>&... parts) {
  return std::apply([](const auto&... x) { return std::array{x...}; }, std::tuple_cat(parts...));
}

constexpr auto table = concatenate(server_options, gate_options, storage_options, delivery_options,
                                   transport_options, provider_options, other_options);

} // namespace

std::span<const option> option_table() {
  return table;
}

std::string full_name(const option& x) {
  return fmt::format("{}.{}", x.section, x.key);
}

std::string variable_name(const option& x) {
  auto result = fmt::format("TOCSIN_{}_{}", x.section, x.key);
  std::ranges::transform(result, result.begin(), [](char c) {
    return 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return result;
}

const option* find_option(std::string_view name) {
  auto found
    = std::ranges::find_if(table, [name](const option& x) { return full_name(x) == name; });
  return found == table.end() ? nullptr : &*found;
}

std::string nearest_option(std::string_view name) {
  auto dot = name.find('.');
  auto key = dot == name.npos ? name : name.substr(dot + 1);
  std::string result;
  auto best = tolerated_distance(key) + 1;
  for (const auto& x : table) {
    // The right key in the wrong section counts as one slip.
    auto distance = std::min(edit_distance(name, full_name(x)), edit_distance(key, x.key) + 1);
    if (distance < best) {
      best = distance;
      result = full_name(x);
    }
  }
  return result;
}

} // namespace tocsin::app
