#include "http/json/event_view_json.hpp"

#include "http/json/delivery_json.hpp"

namespace tocsin::http {

namespace {

/// Of one receipt, unless the sender's own id is long.
constexpr size_t receipt_bytes = 80;

void write_receipt(json_writer& out, const event_receipt& x) {
  out.begin_object()
    .member("id", x.id)
    .member("status", "accepted")
    .member("deliveries", x.deliveries);
  if (x.duplicate)
    out.member("duplicate", true);
  out.end_object();
}

/// Writes the members that the entry of a list and the single event have in common.
void write_members(json_writer& out, const accepted_event& x) {
  auto own_id = to_string(x.id);
  // The id that the receipt bore: the sender's own, where there is one.
  out.member("id", x.value.id.empty() ? own_id : x.value.id)
    .member("event_id", own_id)
    .member("event", x.value.type)
    .text_or_null("service", x.value.service)
    .text_or_null("customer", x.value.customer)
    .text_or_null("timestamp", x.value.timestamp)
    .member("message", x.value.message);
  out.key("details").raw(x.value.details.empty() ? "{}" : x.value.details);
  out.member("accepted_at", to_rfc3339(x.accepted_at)).member("delivery_count", x.deliveries);
}

} // namespace

std::string receipts_json(const std::vector<event_receipt>& receipts, bool is_array) {
  json_writer out;
  out.reserve(receipt_bytes * receipts.size());
  if (!is_array) {
    write_receipt(out, receipts.front());
    return out.take();
  }
  out.begin_object().key("data").begin_array();
  for (auto& x : receipts)
    write_receipt(out, x);
  return out.end_array().end_object().take();
}

void write_accepted_event(json_writer& out, const accepted_event& x) {
  out.begin_object();
  write_members(out, x);
  out.end_object();
}

std::string to_json(const event_view& x) {
  json_writer out;
  out.begin_object();
  write_members(out, x.value);
  out.key("deliveries").begin_array();
  for (auto& entry : x.deliveries) {
    out.begin_object();
    write_members(out, entry, x.value.value);
    out.end_object();
  }
  out.end_array().key("unreached").begin_array();
  for (auto& entry : x.value.unreached)
    out.begin_object()
      .member("recipient", to_string(entry.recipient))
      .member("reason", to_string(entry.reason))
      .end_object();
  return out.end_array().end_object().take();
}

} // namespace tocsin::http
