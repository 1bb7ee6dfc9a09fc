#include "http/metrics_text.hpp"

#include "http/metric_writer.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <vector>

namespace tocsin::http {

namespace {

using kind = metric_kind;

std::string_view to_string(channel_condition x) {
  switch (x) {
  case channel_condition::active: return "active";
  case channel_condition::failing: return "failing";
  case channel_condition::parked: return "parked";
  case channel_condition::disabled: return "disabled";
  case channel_condition::disabled_by_service: return "disabled_by_service";
  }
  return "active";
}

/// A family with a series for each of `all`, which `of` gives the value of.
void each_actor(metric_writer& out, const std::vector<actor_stats>& all, std::string_view name,
                kind type, std::string_view help, auto of) {
  out.family(name, type, help);
  for (auto& x : all)
    out.sample({{"actor", x.name}}, of(x));
}

void write_node(metric_writer& out, const node_metrics& x, const node_readiness& readiness) {
  out.family("tocsin_build_info", kind::gauge, "Always 1; the version is in the label.")
    .sample({{"version", x.version}}, 1);
  out.single("tocsin_ready", kind::gauge, "Whether events are accepted, as /readyz says.",
             readiness.is_ready);
  out.single(
    "tocsin_storage_has_room", kind::gauge,
    "Whether there is room for new events: at least the reserve is left, or an eighth more "
    "after there was less.",
    readiness.has_room);
  out.single("tocsin_storage_writable", kind::gauge,
             "Whether the last write to the disk succeeded.", readiness.can_write);
  out.single("tocsin_places_taken", kind::gauge,
             "Places taken by events that are read and not yet stored: one per event, or one per "
             "4 KiB of a large request.",
             readiness.places_taken);
  out.single("tocsin_places_limit", kind::gauge, "server.max_waiting_events.", readiness.places);
}

void write_responses(metric_writer& out, const response_counts& x) {
  out.family("tocsin_http_responses_total", kind::counter,
             "Responses of the HTTP server by status code, including refusals.");
  for (auto& status : all_statuses)
    out.sample({{"code", std::to_string(status.code)}}, x.of(status.code));
}

void write_actors(metric_writer& out, const std::vector<actor_stats>& all) {
  each_actor(out, all, "tocsin_actor_instances", kind::gauge, "Living actors with this name.",
             [](auto& x) { return x.instances; });
  each_actor(out, all, "tocsin_actor_mailbox_messages", kind::gauge,
             "Messages that were waiting when the last one was taken.",
             [](auto& x) { return x.mailbox_depth; });
  each_actor(out, all, "tocsin_actor_messages_total", kind::counter, "Messages handled.",
             [](auto& x) { return x.messages_handled; });
  each_actor(out, all, "tocsin_actor_restarts_total", kind::counter, "Restarts after a fault.",
             [](auto& x) { return x.restarts; });
  each_actor(out, all, "tocsin_actor_busy_seconds_total", kind::counter,
             "Time spent handling messages.",
             [](auto& x) { return static_cast<double>(x.busy_us) / 1e6; });
}

void write_deliveries(metric_writer& out, const node_metrics& x) {
  auto& counts = x.deliveries;
  out.single("tocsin_deliveries_accepted_total", kind::counter,
             "Deliveries that were stored to be sent.", counts.accepted);
  out
    .family("tocsin_deliveries_total", kind::counter,
            "Deliveries that ended, and those that were suppressed.")
    .sample({{"outcome", "delivered"}}, counts.delivered)
    .sample({{"outcome", "dead_letter"}}, counts.dead_letters)
    .sample({{"outcome", "suppressed"}}, counts.suppressed);
  out.single("tocsin_deliveries_pending", kind::gauge, "Deliveries stored and not yet finished.",
             x.pending);
  out.single("tocsin_deliveries_paused", kind::gauge, "Whether all deliveries are paused.",
             x.is_paused);
}

void write_attempts(metric_writer& out, metric_label of, const attempt_counts& x) {
  out.sample({of, {"outcome", "delivered"}}, x.delivered)
    .sample({of, {"outcome", "retried"}}, x.retried)
    .sample({of, {"outcome", "failed"}}, x.failed);
}

void write_types(metric_writer& out, const std::vector<channel_type_metrics>& all) {
  out.family("tocsin_channels", kind::gauge, "Channels by type and state.");
  for (auto& x : all)
    for (size_t i = 0; i < x.by_condition.size(); ++i)
      out.sample({{"type", to_string(x.type)}, {"state", to_string(all_channel_conditions[i])}},
                 x.by_condition[i]);
  out.family("tocsin_attempts_total", kind::counter,
             "Attempts that delivered, will be repeated, or made a dead letter.");
  for (auto& x : all)
    write_attempts(out, {"type", to_string(x.type)}, x.attempts);
  out.family("tocsin_attempts_in_flight", kind::gauge, "Requests in flight to the providers.");
  for (auto& x : all)
    out.sample({{"type", to_string(x.type)}}, x.in_flight);
  out.family("tocsin_attempt_duration_seconds", kind::histogram,
             "Time from the start of an attempt to its end.");
  for (auto& x : all)
    out.sample({{"type", to_string(x.type)}}, x.latency);
}

void write_channels(metric_writer& out, const std::vector<channel_metrics>& all) {
  out.family("tocsin_channel_info", kind::gauge, "Always 1; the labels describe the channel.");
  for (auto& x : all)
    out.sample({{"channel", to_string(x.id)},
                {"name", x.name},
                {"owner", to_string(x.owner)},
                {"type", to_string(x.type)}},
               1);
  out.family("tocsin_channel_state", kind::gauge, "1 for the state that the channel is in.");
  for (auto& x : all)
    for (auto condition : all_channel_conditions)
      out.sample({{"channel", to_string(x.id)}, {"state", to_string(condition)}},
                 x.condition == condition);
  out.family("tocsin_channel_attempts_total", kind::counter,
             "Like tocsin_attempts_total, for one channel.");
  for (auto& x : all)
    write_attempts(out, {"channel", to_string(x.id)}, x.attempts);
  out.family("tocsin_channel_deliveries_pending", kind::gauge,
             "Deliveries of a channel, stored and not yet finished.");
  for (auto& x : all)
    out.sample({{"channel", to_string(x.id)}}, x.pending);
}

void write_growth(metric_writer& out, const storage_stats& x) {
  auto one = [&](std::string_view window, const std::optional<growth_stats>& growth) {
    constexpr double seconds_of_a_day = 86'400;
    if (growth)
      out.sample({{"window", window}},
                 static_cast<double>(growth->bytes_per_day) / seconds_of_a_day);
  };
  out.family("tocsin_storage_growth_bytes_per_second", kind::gauge,
             "Growth of what is in use, over the last hour and day or since the start.");
  one("1h", x.last_hour);
  one("1d", x.last_day);
}

void write_storage(metric_writer& out, const node_metrics& x) {
  auto& sizes = x.storage;
  auto bytes = [&](std::string_view name, std::string_view help, uint64_t value) {
    out.single(name, kind::gauge, help, value);
  };
  bytes("tocsin_storage_file_bytes", "Size of the database's file.", sizes.file_bytes);
  bytes("tocsin_storage_live_bytes", "In pages that are in use.", sizes.live_bytes);
  bytes("tocsin_storage_reusable_bytes", "In pages of the file that will be reused.",
        sizes.reusable_bytes);
  bytes("tocsin_storage_map_bytes", "What the map holds before it grows.", sizes.map_bytes);
  bytes("tocsin_storage_limit_bytes", "storage.map_limit.", sizes.map_limit_bytes);
  bytes("tocsin_storage_reserve_bytes",
        "While less room than this is left, nothing new is accepted.", x.reserve_bytes);
  bytes("tocsin_storage_disk_free_bytes", "Free space on the disk.", sizes.disk_free_bytes);
  bytes("tocsin_storage_room_bytes",
        "What can still be stored: up to the limit, or to the end of the disk.", sizes.room_bytes);
  write_growth(out, sizes);
  out.single("tocsin_storage_commits_total", kind::counter,
             "How often changes became durable: by a commit, or by the journal.", x.commits);
  out.family("tocsin_storage_records", kind::gauge, "Records, by the name of their database.");
  for (auto& record : sizes.records)
    out.sample({{"database", record.kind}}, record.entries);
}

/// A file may hold the same certificate twice; it is one series all the same.
std::vector<certificate_stats> once_each(const std::vector<certificate_stats>& all) {
  std::set<std::tuple<std::string_view, std::string_view, std::string_view>> seen;
  std::vector<certificate_stats> result;
  for (auto& x : all)
    if (seen.emplace(x.role, x.name, x.fingerprint).second)
      result.push_back(x);
  return result;
}

void write_certificates(metric_writer& out, const std::vector<certificate_stats>& all) {
  out.family("tocsin_certificate_expiry_timestamp_seconds", kind::gauge,
             "When a certificate of the CAF door, its own or one it was shown, expires.");
  for (auto& x : all)
    if (auto at = parse_rfc3339(x.expires_at))
      out.sample({{"role", x.role}, {"name", x.name}, {"fingerprint", x.fingerprint}},
                 std::chrono::floor<std::chrono::seconds>(*at).time_since_epoch().count());
  out.family("tocsin_certificate_connections", kind::gauge,
             "Connections of the certificate's holder.");
  for (auto& x : all)
    out.sample({{"role", x.role}, {"name", x.name}, {"fingerprint", x.fingerprint}}, x.connections);
}

/// By the names that Prometheus' own client libraries give them.
void write_process(metric_writer& out, const process_metrics& x) {
  out.single("process_cpu_seconds_total", kind::counter, "Processor time used.", x.cpu_seconds);
  out.single("process_resident_memory_bytes", kind::gauge, "Memory in use.", x.resident_bytes);
  out.single("process_virtual_memory_bytes", kind::gauge, "Address space, including the map.",
             x.virtual_bytes);
  out.single("process_threads", kind::gauge, "Threads.", x.threads);
  out.single("process_open_fds", kind::gauge, "Open files and connections.", x.open_files);
  out.single("process_max_fds", kind::gauge, "The limit of open files and connections.",
             x.max_files);
  out.single("process_start_time_seconds", kind::gauge, "When the process started, Unix time.",
             x.start_seconds);
}

} // namespace

std::string to_metrics_text(const node_metrics& x, const node_readiness& readiness,
                            const response_counts& responses) {
  metric_writer out;
  write_node(out, x, readiness);
  write_responses(out, responses);
  write_deliveries(out, x);
  write_types(out, x.types);
  if (!x.channels.empty())
    write_channels(out, x.channels);
  write_storage(out, x);
  if (!x.certificates.empty())
    write_certificates(out, once_each(x.certificates));
  write_actors(out, x.actors);
  write_process(out, x.process);
  return out.take();
}

} // namespace tocsin::http
