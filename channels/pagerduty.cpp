#include "channels/facts.hpp"
#include "channels/text_pipeline.hpp"
#include "channels/webhook_format.hpp"
#include "messages/json_string.hpp"
#include "messages/text.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tocsin::channels {

namespace {

// Limits of the Events API v2; the whole request may be 512 KB long.
constexpr size_t max_summary = 1024;
constexpr size_t max_source = 255;
constexpr size_t max_message = 64 * 1024;
constexpr size_t max_raw_details = 256 * 1024;
constexpr size_t routing_key_length = 32;

std::string_view severity_of(event_severity x) {
  switch (x) {
  case event_severity::critical: return "critical";
  case event_severity::error: return "error";
  case event_severity::warning: return "warning";
  case event_severity::info:
  case event_severity::success: break;
  }
  return "info";
}

/// Writes `,"name":"text"`, cut to `limit` code points; nothing where nothing of it can be seen.
void append_text(std::string& body, std::string_view name, std::string_view text, size_t limit) {
  auto shown = or_placeholder(cut(text, limit, text_unit::code_points), "");
  if (shown.empty())
    return;
  body += fmt::format(R"(,"{}":)", name);
  append_json_string(body, shown);
}

bool is_object(const std::string& text) {
  boost::json::parse_options options;
  options.max_depth = 128;
  boost::json::error_code ec;
  auto value = boost::json::parse(text, ec, {}, options);
  return !ec && value.is_object();
}

class pagerduty_format : public webhook_format {
public:
  explicit pagerduty_format(std::string routing_key) : routing_key_{std::move(routing_key)} {}

  expected<std::string> body(const render_context& x) const override {
    auto content = content_of(x.event);
    auto& value = x.event.value;
    auto service = clean_line(value.service);
    auto customer = clean_line(value.customer);
    std::string body = R"({"routing_key":)";
    append_json_string(body, routing_key_);
    body += fmt::format(R"(,"event_action":"{}","dedup_key":"tocsin-{}")",
                        is_resolution(value) ? "resolve" : "trigger", incident_key(value));
    append_text(body, "client", x.public_name, max_source);
    body += fmt::format(R"(,"payload":{{"severity":"{}")", severity_of(content.severity));
    auto summary = content.headline;
    if (!content.message.empty())
      summary += " \u2013 " + clean_line(content.message);
    append_text(body, "summary", summary, max_summary);
    auto source = or_placeholder(service, or_placeholder(customer, x.public_name));
    append_text(body, "source", source, max_source);
    auto at = parse_rfc3339(value.timestamp).value_or(x.event.accepted_at);
    append_text(body, "timestamp", to_rfc3339(at), max_source);
    append_text(body, "component", service, max_source);
    append_text(body, "group", customer, max_source);
    append_text(body, "class", clean_line(value.type), max_source);
    body += R"(,"custom_details":{"delivery_id":)";
    append_json_string(body, to_string(x.id));
    append_text(body, "message", content.message, max_message);
    append_custom_details(body, value, content);
    body += "}}}";
    return body;
  }

  bool is_final(int status) const override { return status == 400; }

  std::string_view refusal_hint() const override {
    return "PagerDuty refuses the event: check the routing key of the integration.";
  }

private:
  /// Writes the details as they came, or flattened where they are too much for PagerDuty.
  static void append_custom_details(std::string& body, const event& x,
                                    const message_content& content) {
    if (x.details.size() <= max_raw_details) {
      if (auto details = clean_text(x.details); is_object(details))
        body += R"(,"details":)" + details;
      return;
    }
    std::string facts;
    for (auto& fact : content.facts) {
      append_json_string(facts += facts.empty() ? "" : ",", fact.label);
      append_json_string(facts += ':', fact.value);
    }
    body += fmt::format(R"(,"details":{{{}}})", facts);
  }

  std::string routing_key_;
};

} // namespace

std::unique_ptr<webhook_format> make_pagerduty_format(settings_reader& settings,
                                                      std::vector<std::string>& secrets) {
  auto key = settings.required_text("routing_key", 256);
  auto is_letter_or_digit = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  if (!key.empty()
      && (key.size() != routing_key_length
          || !std::all_of(key.begin(), key.end(), is_letter_or_digit)))
    settings.complain("routing_key", "invalid",
                      "a routing key, also called integration key, has 32 letters and digits");
  secrets.push_back(key);
  return std::make_unique<pagerduty_format>(std::move(key));
}

} // namespace tocsin::channels
