#include "http/json/mask.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace tocsin::http {

namespace {

void mask(std::string& text) {
  if (!text.empty())
    text = masked;
}

constexpr std::string_view colon = ": ";

/// Masks what a provider said besides its code.
void mask_reason(std::string& reason) {
  auto code = reason.find(colon);
  if (code == std::string::npos)
    return mask(reason);
  reason.erase(code + colon.size());
  reason += masked;
}

/// Masks the reason in a channel as the audit log shows it; empty where there was none.
void mask_picture(std::string& picture) {
  boost::json::error_code ec;
  auto value = boost::json::parse(picture, ec);
  auto* shown = value.if_object();
  auto* reason = shown == nullptr ? nullptr : shown->if_contains("disabled_reason");
  if (reason == nullptr || !reason->is_string())
    return;
  std::string text{reason->get_string()};
  mask_reason(text);
  *reason = text;
  picture = boost::json::serialize(value);
}

/// The service's own words come before the reason.
void mask(rule_finding& x) {
  if (x.ground != rule_ground::disabled_by_service)
    return;
  auto own = x.detail.find(colon);
  if (own == std::string::npos)
    return mask(x.detail);
  auto reason = x.detail.substr(own + colon.size());
  mask_reason(reason);
  x.detail.replace(own + colon.size(), std::string::npos, reason);
}

void mask(event& x) {
  mask(x.message);
  x.details.clear();
}

void mask(delivery& x) {
  mask(x.destination);
  mask(x.last_text);
}

} // namespace

void mask(accepted_event& x) {
  mask(x.value);
}

void mask(event_view& x) {
  mask(x.value);
  for (auto& each : x.deliveries)
    mask(each);
}

void mask(delivery_view& x) {
  mask(x.value);
  mask(x.carried);
  for (auto& each : x.attempts)
    mask(each.result.text);
}

void mask(delivery_changed& x) {
  mask(x.value);
}

void mask(dead_letter_view& x) {
  mask(x.value);
}

void mask(dead_letter_summary& x) {
  mask(x.sample_text);
}

void mask(event_explanation& x) {
  for (auto& who : x.recipients)
    for (auto& ch : who.channels) {
      for (auto& destination : ch.destinations)
        mask(destination);
      for (auto& each : ch.rules)
        mask(each);
    }
}

void mask(channel_view& x) {
  mask_reason(x.value.disabled_reason);
}

void mask(audit_entry& x) {
  if (!x.object.starts_with("channel/"))
    return;
  mask_picture(x.before);
  mask_picture(x.after);
}

void mask(channel_preview& x) {
  mask(x.request.url);
  for (auto& [name, value] : x.request.headers)
    mask(value);
  mask(x.request.body);
  mask(x.request.html);
}

} // namespace tocsin::http
