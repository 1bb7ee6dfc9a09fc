#include "http/json/event_type_json.hpp"

#include "http/json/object_reader.hpp"
#include "http/json/patched.hpp"

#include <fmt/format.h>

namespace tocsin::http {

namespace json = boost::json;

namespace {

constexpr std::string_view read_only_type_keys = "custom managed_by revision";

event_type_info info_of(const custom_event_type& x) {
  return {x.name, x.on_by_default, x.severity, x.title, x.revision, x.managed_by};
}

void write_event_type(json_writer& out, const event_type_info& x) {
  out.begin_object()
    .member("type", x.name)
    .member("title", x.title)
    .member("default", x.on_by_default)
    .member("severity", to_string(x.severity))
    .member("custom", x.is_custom())
    .text_or_null("managed_by", x.managed_by);
  if (x.is_custom())
    out.member("revision", x.revision);
  else
    out.key("revision").null();
  out.end_object();
}

/// Reads what a client may change.
void read_members(object_reader& in, custom_event_type& x) {
  x.title = in.required_word("title");
  x.on_by_default = in.boolean("default").value_or(true);
  auto text = in.text("severity").value_or("info");
  if (auto severity = parse_event_severity(text))
    x.severity = *severity;
  else
    in.complain("severity", "invalid",
                "'severity' must be success, info, warning, error or critical");
}

} // namespace

void write_event_types(json_writer& out) {
  out.begin_array();
  for (auto& x : event_catalogue())
    write_event_type(out, x);
  out.end_array();
}

std::string to_json(const event_type_info& x) {
  json_writer out;
  write_event_type(out, x);
  return out.take();
}

std::string to_json(const custom_event_type& x) {
  return to_json(info_of(x));
}

expected<custom_event_type> decode_event_type(const json::object& object) {
  std::vector<field_error> errors;
  object_reader in{object, "", errors};
  custom_event_type result;
  result.name = in.required_word("type");
  read_members(in, result);
  in.refuse_others(read_only_type_keys);
  if (!errors.empty())
    return invalid_fields("the event type", std::move(errors));
  return result;
}

expected<custom_event_type> apply_patch(const json::object& patch, const custom_event_type& found) {
  std::vector<field_error> errors;
  json::object stored{{"title", found.title},
                      {"default", found.on_by_default},
                      {"severity", to_string(found.severity)}};
  auto changes = patch;
  object_reader asked{patch, "", errors};
  auto keep = [&](std::string_view key, const json::value& value) {
    if (auto* wanted = patch.if_contains(key); wanted != nullptr && *wanted != value)
      asked.complain(key, "read_only", fmt::format("'{}' cannot be changed", key));
    changes.erase(key);
  };
  keep("type", json::value(found.name));
  keep("custom", true);
  keep("managed_by", found.managed_by.empty() ? json::value{} : json::value(found.managed_by));
  changes.erase("revision");
  json::value merged = std::move(stored);
  patch_over(merged, json::value(std::move(changes)));
  object_reader in{merged.get_object(), "", errors};
  auto result = found;
  read_members(in, result);
  in.refuse_others();
  if (!errors.empty())
    return invalid_fields("the event type", std::move(errors));
  return result;
}

} // namespace tocsin::http
