#include "http/stats_json.hpp"

#include "http/json_writer.hpp"

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
  return out.end_array().end_object().take();
}

} // namespace tocsin::http
