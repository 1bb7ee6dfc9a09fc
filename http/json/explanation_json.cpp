#include "http/json/explanation_json.hpp"

#include "http/json/instant_json.hpp"

#include <algorithm>

namespace tocsin::http {

namespace {

struct verdict {
  std::string_view decision;
  /// Empty where it is delivered.
  std::string_view reason;
};

verdict verdict_of(const channel_explanation& x) {
  if (x.reason == suppression::none)
    return {"deliver", {}};
  return {x.reason == suppression::not_subscribed ? "not_concerned" : "suppress",
          to_string(x.reason)};
}

verdict verdict_of(const recipient_explanation& x) {
  if (!x.is_concerned)
    return {"not_concerned", to_string(x.rules.back().ground)};
  if (x.unreached != suppression::none)
    return {"unreached", to_string(x.unreached)};
  auto is_sent = [](auto& ch) { return ch.reason == suppression::none; };
  auto is_kept = [](auto& ch) { return ch.reason != suppression::not_subscribed; };
  if (std::any_of(x.channels.begin(), x.channels.end(), is_sent))
    return {"deliver", {}};
  auto first = std::find_if(x.channels.begin(), x.channels.end(), is_kept);
  return {"suppress", first == x.channels.end() ? std::string_view{} : to_string(first->reason)};
}

void write_verdict(json_writer& out, const verdict& x) {
  out.member("decision", x.decision).text_or_null("reason", x.reason);
}

void write_rules(json_writer& out, const std::vector<rule_finding>& rules) {
  out.key("rules").begin_array();
  for (auto& x : rules) {
    out.begin_object()
      .member("rule", to_string(x.rule))
      .member("passes", lets_pass(x.ground))
      .member("ground", to_string(x.ground))
      .member("detail", x.detail);
    write_instant(out, "until", x.until);
    out.end_object();
  }
  out.end_array();
}

void write_holds(json_writer& out, const std::vector<hold_finding>& holds) {
  out.key("holds").begin_array();
  for (auto& x : holds) {
    out.begin_object().member("kind", to_string(x.kind)).member("detail", x.detail);
    write_instant(out, "until", x.until);
    out.end_object();
  }
  out.end_array();
}

void write_channel(json_writer& out, const channel_explanation& x) {
  out.begin_object()
    .member("id", to_string(x.channel))
    .member("name", x.name)
    .member("type", to_string(x.type));
  write_verdict(out, verdict_of(x));
  // Only email channels have addresses; the others go to one place that their settings name.
  out.key("destinations").begin_array();
  for (auto& destination : x.destinations)
    if (!destination.empty())
      out.value(destination);
  out.end_array().member("destinations_from", x.is_addressed_by_trigger ? "trigger" : "channel");
  write_rules(out, x.rules);
  write_holds(out, x.holds);
  out.end_object();
}

void write_recipient(json_writer& out, const recipient_explanation& x) {
  out.begin_object()
    .member("recipient", to_string(x.recipient))
    .member("display_name", x.display_name);
  write_verdict(out, verdict_of(x));
  write_rules(out, x.rules);
  out.key("channels").begin_array();
  for (auto& ch : x.channels)
    write_channel(out, ch);
  out.end_array().end_object();
}

} // namespace

std::string to_json(const event_explanation& x) {
  json_writer out;
  out.begin_object()
    .member("event", x.event_type)
    .member("severity", to_string(x.severity))
    .member("at", to_rfc3339(x.at))
    .text_or_null("customer", x.customer ? to_string(*x.customer) : std::string{});
  out.key("recipients").begin_array();
  for (auto& each : x.recipients)
    write_recipient(out, each);
  return out.end_array().end_object().take();
}

} // namespace tocsin::http
