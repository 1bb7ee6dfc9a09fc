#include "http/json/delivery_json.hpp"

#include "http/json/instant_json.hpp"

namespace tocsin::http {

namespace {

/// An instant that is there where it `applies`.
void write_time(json_writer& out, std::string_view name, timestamp x, bool applies) {
  write_instant(out, name, applies ? std::optional{x} : std::nullopt);
}

void write_attempt(json_writer& out, const attempt& x) {
  out.begin_object()
    .member("number", x.number)
    .member("started_at", to_rfc3339(x.started_at))
    .member("duration_ms", x.duration.count())
    .member("outcome", to_string(x.result.kind))
    .member("stage", to_string(x.result.stage))
    .text_or_null("code", x.result.code)
    .text_or_null("text", x.result.text)
    .end_object();
}

void write_with_attempts(json_writer& out, const delivery_view& x) {
  out.begin_object();
  write_members(out, x.value, x.carried);
  out.key("attempt_log").begin_array();
  for (auto& entry : x.attempts)
    write_attempt(out, entry);
  out.end_array().end_object();
}

void write_counts(json_writer& out, const delivery_counts& x) {
  out.member("accepted", x.accepted)
    .member("suppressed", x.suppressed)
    .member("delivered", x.delivered)
    .member("failed", x.failed)
    .member("retried", x.retried)
    .member("dead_letters", x.dead_letters);
}

} // namespace

void write_members(json_writer& out, const delivery& x, const event& carried) {
  auto reason = x.reason == suppression::none ? std::string_view{} : to_string(x.reason);
  out.member("id", to_string(x.id))
    .member("event_id", to_string(x.event))
    .member("event_type", carried.type)
    .text_or_null("service", carried.service)
    .text_or_null("customer", carried.customer)
    .member("message", carried.message)
    .member("channel", to_string(x.channel))
    .member("recipient", to_string(x.recipient))
    .text_or_null("destination", x.destination)
    .member("state", to_string(x.state))
    .text_or_null("reason", reason)
    .member("attempts", x.attempts)
    .member("created_at", to_rfc3339(x.created_at));
  write_time(out, "due_at", x.due_at, is_owed(x.state));
  write_time(out, "finished_at", x.finished_at, !is_owed(x.state));
  write_time(out, "resent_at", x.resent_at, x.resent_at != timestamp{});
  out.text_or_null("note", x.note)
    .text_or_null("last_code", x.last_code)
    .text_or_null("last_text", x.last_text);
}

void write_delivery(json_writer& out, const delivery_view& x) {
  out.begin_object();
  write_members(out, x.value, x.carried);
  out.end_object();
}

std::string to_json(const delivery_view& x) {
  json_writer out;
  write_with_attempts(out, x);
  return out.take();
}

std::string to_json(const delivery_changed& x) {
  json_writer out;
  out.begin_object().member("changed", x.has_effect).key("delivery");
  write_with_attempts(out, x.value);
  return out.end_object().take();
}

std::string to_json(const delivery_summary& x) {
  json_writer out;
  delivery_counts total;
  out.begin_object();
  out.member("bucket_seconds", std::chrono::seconds{x.span}.count());
  out.key("buckets").begin_array();
  for (auto& [at, counts] : x.spans) {
    total += counts;
    out.begin_object().member("at", to_rfc3339(at));
    write_counts(out, counts);
    out.end_object();
  }
  out.end_array().key("total").begin_object();
  write_counts(out, total);
  return out.end_object().end_object().take();
}

} // namespace tocsin::http
