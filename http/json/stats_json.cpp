#include "http/json/stats_json.hpp"

#include "http/json/json_writer.hpp"
#include "http/json/pause_json.hpp"

namespace tocsin::http {

namespace {

void write(json_writer& out, const actor_stats& x) {
  out.begin_object()
    .member("name", x.name)
    .member("instances", x.instances)
    .member("mailbox_depth", x.mailbox_depth)
    .member("messages_handled", x.messages_handled)
    .member("restarts", x.restarts)
    .member("busy_us", x.busy_us)
    .end_object();
}

void write(json_writer& out, const channel_stats& x) {
  out.begin_object()
    .member("channel", x.channel)
    .member("name", x.name)
    .member("type", x.type)
    .member("sent", x.sent)
    .member("failed", x.failed)
    .member("retried", x.retried)
    .member("in_flight", x.in_flight)
    .member("pending", x.pending)
    .member("restarts", x.restarts)
    .member("parked", x.parked)
    .member("breaker", x.breaker)
    .member("latency_p50_ms", x.latency_p50_ms)
    .member("latency_p99_ms", x.latency_p99_ms)
    .end_object();
}

void write(json_writer& out, const certificate_stats& x) {
  out.begin_object()
    .member("role", x.role)
    .member("name", x.name)
    .member("fingerprint", x.fingerprint)
    .member("expires_at", x.expires_at)
    .member("connections", x.connections)
    .end_object();
}

void write(json_writer& out, std::string_view name, const std::optional<growth_stats>& x) {
  out.key(name);
  if (!x) {
    out.null();
    return;
  }
  out.begin_object()
    .member("since", to_rfc3339(x->since))
    .member("bytes", x->bytes)
    .member("bytes_per_day", x->bytes_per_day)
    .end_object();
}

void write(json_writer& out, const storage_stats& x) {
  out.begin_object()
    .member("file_bytes", x.file_bytes)
    .member("map_bytes", x.map_bytes)
    .member("map_limit_bytes", x.map_limit_bytes)
    .member("live_bytes", x.live_bytes)
    .member("reusable_bytes", x.reusable_bytes)
    .member("disk_free_bytes", x.disk_free_bytes)
    .member("room_bytes", x.room_bytes)
    .key("records")
    .begin_object();
  for (auto& [kind, entries] : x.records)
    out.member(kind, entries);
  out.end_object().key("growth").begin_object();
  write(out, "last_hour", x.last_hour);
  write(out, "last_day", x.last_day);
  out.end_object().end_object();
}

int64_t in_seconds(std::chrono::milliseconds x) {
  return std::chrono::duration_cast<std::chrono::seconds>(x).count();
}

void write(json_writer& out, const retention_stats& x) {
  out.begin_object()
    .member("event_seconds", in_seconds(x.events))
    .member("audit_seconds", in_seconds(x.audit))
    .member("reserve_bytes", x.reserve_bytes)
    .end_object();
}

} // namespace

std::string to_json(const node_stats& x) {
  json_writer out;
  out.begin_object()
    .member("version", x.version)
    .member("uptime_seconds", x.uptime_seconds)
    .key("actors")
    .begin_array();
  for (auto& entry : x.actors)
    write(out, entry);
  out.end_array().key("channels").begin_array();
  for (auto& entry : x.channels)
    write(out, entry);
  out.end_array().key("certificates").begin_array();
  for (auto& entry : x.certificates)
    write(out, entry);
  out.end_array().key("storage");
  write(out, x.storage);
  out.key("retention");
  write(out, x.retention);
  out.key("pause");
  if (x.pause)
    write_pause(out, *x.pause);
  else
    out.null();
  return out.end_object().take();
}

} // namespace tocsin::http
