#include "app/cli/event_body.hpp"

#include "messages/json_string.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <optional>

namespace tocsin::cli {

namespace {

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty())
    return;
  out += out.size() > 1 ? "," : "";
  append_json_string(out, name);
  out += ':';
  append_json_string(out, value);
}

std::optional<boost::json::kind> kind_of(std::string_view text) {
  boost::json::error_code error;
  auto value = boost::json::parse({text.data(), text.size()}, error);
  return error ? std::nullopt : std::optional{value.kind()};
}

expected<std::string> details_of(const event_parts& parts) {
  if (!parts.details_json.empty()) {
    if (kind_of(parts.details_json) != boost::json::kind::object)
      return fail(errc::invalid_argument, "--details: expected a JSON object");
    return parts.details_json;
  }
  if (parts.details.empty())
    return std::string{};
  std::string result = "{";
  for (const auto& x : parts.details) {
    auto at = x.find('=');
    bool is_json = at != std::string::npos && at > 0 && x[at - 1] == ':';
    auto name = x.substr(0, at == std::string::npos ? 0 : at - (is_json ? 1 : 0));
    if (name.empty())
      return fail(errc::invalid_argument,
                  fmt::format("--detail {}: expected KEY=TEXT or KEY:=JSON", x));
    auto value = x.substr(at + 1);
    if (is_json && !kind_of(value))
      return fail(errc::invalid_argument,
                  fmt::format("--detail {}: the value after := is not JSON", x));
    result += result.size() > 1 ? "," : "";
    append_json_string(result, name);
    result += ':';
    if (is_json)
      result += value;
    else
      append_json_string(result, value);
  }
  return result + "}";
}

} // namespace

expected<std::string> event_body(const event_parts& parts) {
  auto details = details_of(parts);
  if (!details)
    return details;
  std::string result = "{";
  append_member(result, "event", parts.type);
  append_member(result, "service", parts.service);
  append_member(result, "customer", parts.customer);
  append_member(result, "timestamp", parts.timestamp);
  append_member(result, "message", parts.message);
  if (!details->empty())
    result += fmt::format(",\"details\":{}", *details);
  append_member(result, "id", parts.id);
  return result + "}";
}

} // namespace tocsin::cli
