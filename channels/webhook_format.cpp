#include "channels/webhook_format.hpp"

#include "channels/channel_templates.hpp"
#include "messages/event_catalogue.hpp"
#include "messages/event_json.hpp"
#include "messages/text.hpp"

#include <boost/json/stream_parser.hpp>
#include <fmt/format.h>

namespace tocsin::channels {

namespace {

/// Of a body that a template makes; `details_json` alone may be a mebibyte.
constexpr size_t max_own_json = 3 * 1024 * 1024;

/// Says where a text stops being JSON.
std::optional<std::string> find_json_fault(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 256;
  boost::json::stream_parser parser{{}, options};
  boost::json::error_code ec;
  auto read = parser.write_some(text.data(), text.size(), ec);
  if (!ec && read == text.size())
    parser.finish(ec);
  if (!ec && read == text.size())
    return std::nullopt;
  auto from = read > 20 ? read - 20 : 0;
  auto around = clean_line(std::string{text.substr(from, read - from + 10)});
  return fmt::format("the body is not JSON at '{}'; put values inside quotation marks", around);
}

class event_format : public webhook_format {
public:
  explicit event_format(channel_templates templates) : templates_{std::move(templates)} {}

  expected<std::string> body(const render_context& x) const override {
    if (!templates_.empty()) {
      auto made = templates_.fill("body", x, content_of(x.event));
      if (!made)
        return made.error();
      if (*made)
        return std::move(**made);
    }
    auto& value = x.event.value;
    // What is admitted now is well-formed; what an earlier version stored need not be.
    return clean_text(to_json(value, value.id.empty() ? to_string(x.event.id) : value.id));
  }

private:
  channel_templates templates_;
};

} // namespace

webhook_format::~webhook_format() = default;

std::optional<std::string> webhook_format::url_for(const std::string&, const event&) const {
  return std::nullopt;
}

std::vector<std::string> webhook_format::headers() const {
  return {};
}

bool webhook_format::is_final(int) const {
  return false;
}

std::string_view webhook_format::refusal_hint() const {
  return "The receiver refuses the request: check its headers and the secret.";
}

std::unique_ptr<webhook_format> make_event_format(settings_reader& settings) {
  template_form form{template_kind::json, escape_json, max_own_json,
                     text_unit::bytes,    false,       find_json_fault};
  return std::make_unique<event_format>(channel_templates{settings, {{"body", form}}});
}

std::string_view default_url(std::string_view format) {
  if (format == "pagerduty")
    return "https://events.pagerduty.com/v2/enqueue";
  if (format == "opsgenie")
    return "https://api.opsgenie.com/v2/alerts";
  return {};
}

bool is_resolution(const event& x) {
  auto* type = find_event_type(x.type);
  return type && (type->severity == event_severity::success || x.type == "service.started");
}

} // namespace tocsin::channels
