#include "tests/support/standin/pagerduty_rules.hpp"

#include "tests/support/standin/json_shape.hpp"
#include "tests/support/standin/text_units.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace tocsin::standin {

namespace json = boost::json;

namespace {

constexpr std::size_t max_body_bytes = 512'000;
constexpr std::size_t max_event_nesting = 128;

verdict refuse_event(int status, std::string_view reason) {
  auto body = json::serialize(json::object{
    {"status", "invalid event"}, {"message", "Event object is invalid"}, {"errors", {reason}}});
  return {false, make_reply(status, "application/json", std::move(body)), std::string{reason}};
}

bool is_routing_key(std::string_view text) {
  return text.size() == 32
         && std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0; });
}

std::string_view text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string_view{} : std::string_view{*text};
}

fault check_payload(const json::object& payload) {
  constexpr std::string_view where = "payload";
  if (auto f = only_keys(payload, where,
                         {"summary", "source", "severity", "timestamp", "component", "group",
                          "class", "custom_details"}))
    return f;
  if (auto f = check_text(payload, "summary", where, {1, 1024, code_points}, presence::required))
    return f;
  if (auto f = check_text(payload, "source", where, {1, 255, code_points}, presence::required))
    return f;
  for (auto key : {"timestamp", "component", "group", "class"})
    if (auto f = check_text(payload, key, where, {1, 255, code_points}))
      return f;
  auto severity = text_at(payload, "severity");
  if (severity != "critical" && severity != "error" && severity != "warning" && severity != "info")
    return "payload: \"severity\" is critical, error, warning or info";
  const auto* details = payload.if_contains("custom_details");
  if (details != nullptr && !details->is_object())
    return "payload: \"custom_details\" is not an object";
  return std::nullopt;
}

fault check_event(const json::object& event) {
  constexpr std::string_view where = "event";
  if (auto f = only_keys(event, where,
                         {"routing_key", "event_action", "dedup_key", "payload", "client",
                          "client_url", "links", "images"}))
    return f;
  if (!is_routing_key(text_at(event, "routing_key")))
    return "\"routing_key\" is not 32 letters and digits";
  auto action = text_at(event, "event_action");
  if (action != "trigger" && action != "acknowledge" && action != "resolve")
    return "\"event_action\" is trigger, acknowledge or resolve";
  auto needed = action == "trigger" ? presence::optional : presence::required;
  if (auto f = check_text(event, "dedup_key", where, {1, 255, code_points}, needed))
    return f;
  if (auto f = check_text(event, "client", where, {1, 255, code_points}))
    return f;
  const auto* payload = event.if_contains("payload");
  if (payload == nullptr || !payload->is_object())
    return "\"payload\" is not an object";
  return check_payload(payload->get_object());
}

} // namespace

std::string pagerduty_endpoint_name(std::string_view body) {
  std::string reason;
  auto value = parse_json(body, max_event_nesting, reason);
  return value && value->is_object() ? std::string{text_at(value->get_object(), "routing_key")}
                                     : std::string{};
}

verdict check_pagerduty(const request& req) {
  if (req.path != "/pagerduty/v2/enqueue")
    return refuse_event(404, "no such path");
  if (req.method != "POST")
    return refuse_event(405, "only POST is allowed");
  if (!is_json_content_type(req.header("Content-Type")))
    return refuse_event(400, "Content-Type is not application/json");
  if (req.body.size() > max_body_bytes)
    return refuse_event(413, "the body is larger than 512 KB");
  std::string reason;
  auto value = parse_json(req.body, max_event_nesting, reason);
  if (!value || !value->is_object())
    return refuse_event(400, value ? "the body is not a JSON object" : reason);
  if (auto f = check_event(value->get_object()))
    return refuse_event(400, *f);
  auto answer
    = json::serialize(json::object{{"status", "success"},
                                   {"message", "Event processed"},
                                   {"dedup_key", text_at(value->get_object(), "dedup_key")}});
  return {true, make_reply(202, "application/json", std::move(answer)), {}};
}

} // namespace tocsin::standin
