#include "channels/facts.hpp"
#include "channels/text_pipeline.hpp"
#include "channels/webhook_format.hpp"
#include "messages/json_string.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace tocsin::channels {

namespace {

// Limits of the Alert API v2, in characters.
constexpr size_t max_alert_message = 130;
constexpr size_t max_alert_description = 15'000;
constexpr size_t max_entity = 512;
constexpr size_t max_alert_source = 100;
constexpr size_t max_tag = 50;
/// Of keys and values of `details` together.
constexpr size_t max_details_together = 8000;

std::string_view priority_of(event_severity x) {
  switch (x) {
  case event_severity::critical: return "P1";
  case event_severity::error: return "P2";
  case event_severity::warning: return "P3";
  case event_severity::info:
  case event_severity::success: break;
  }
  return "P5";
}

void append_alert_text(std::string& body, std::string_view name, std::string_view text,
                       size_t limit) {
  body += fmt::format(R"(,"{}":)", name);
  append_json_string(body, cut(text, limit, text_unit::utf16));
}

/// Labels with their values, each label once, as many as there is room for.
std::string details_of(const message_content& content) {
  std::string result;
  std::set<std::string_view> seen;
  size_t size = 0;
  for (auto& fact : content.facts) {
    size += measure(fact.label, text_unit::utf16) + measure(fact.value, text_unit::utf16);
    if (size > max_details_together)
      break;
    if (!seen.insert(fact.label).second)
      continue;
    append_json_string(result += result.empty() ? "" : ",", fact.label);
    append_json_string(result += ':', fact.value);
  }
  return result;
}

class opsgenie_format : public webhook_format {
public:
  explicit opsgenie_format(std::string api_key) : api_key_{std::move(api_key)} {}

  std::optional<std::string> url_for(const std::string& base, const event& x) const override {
    if (!is_resolution(x))
      return std::nullopt;
    std::string_view alerts = base;
    while (alerts.ends_with('/'))
      alerts.remove_suffix(1);
    return fmt::format("{}/{}/close?identifierType=alias", alerts, alias_of(x));
  }

  expected<std::string> body(const render_context& x) const override {
    auto content = content_of(x.event);
    auto& value = x.event.value;
    auto message = content.message.empty() ? content.headline : content.message;
    std::string body;
    if (is_resolution(value)) {
      append_alert_text(body, "note", content.headline + "\n" + message, max_alert_description);
    } else {
      append_alert_text(body, "message", content.headline, max_alert_message);
      append_alert_text(body, "alias", alias_of(value), max_entity);
      append_alert_text(body, "description", message, max_alert_description);
      append_alert_text(body, "entity", clean_line(value.service), max_entity);
      append_alert_text(body, "priority", priority_of(content.severity), max_entity);
      std::string tags;
      append_json_string(tags, cut(clean_line(value.type), max_tag, text_unit::utf16));
      if (auto customer = or_placeholder(clean_line(value.customer), ""); !customer.empty())
        append_json_string(tags += ',', cut(customer, max_tag, text_unit::utf16));
      body += fmt::format(R"(,"tags":[{}],"details":{{{}}})", tags, details_of(content));
    }
    append_alert_text(body, "source", x.public_name, max_alert_source);
    body.front() = '{';
    return body + '}';
  }

  std::vector<std::string> headers() const override {
    return {"Authorization: GenieKey " + api_key_};
  }

  bool is_final(int status) const override { return status == 400 || status == 422; }

  std::string_view refusal_hint() const override {
    return "Opsgenie refuses the request: check the key, its permissions and the region in the "
           "URL.";
  }

private:
  static std::string alias_of(const event& x) { return "tocsin-" + incident_key(x); }

  std::string api_key_;
};

} // namespace

std::unique_ptr<webhook_format> make_opsgenie_format(settings_reader& settings,
                                                     std::vector<std::string>& secrets) {
  auto key = settings.required_text("api_key", 256);
  auto is_printable = [](char c) { return c > ' ' && c <= '~'; };
  if (!std::all_of(key.begin(), key.end(), is_printable))
    settings.complain("api_key", "invalid", "an API key contains no spaces");
  secrets.push_back(key);
  return std::make_unique<opsgenie_format>(std::move(key));
}

} // namespace tocsin::channels
