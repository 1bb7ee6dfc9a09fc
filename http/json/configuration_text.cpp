#include "http/json/configuration_text.hpp"

#include "http/json/channel_json.hpp"
#include "http/json/recipient_json.hpp"
#include "http/json/yaml_text.hpp"
#include "messages/event_catalogue.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <utility>

namespace tocsin::http {

namespace json = boost::json;

namespace {

/// The name of a file that says none.
constexpr std::string_view default_manager = "file";

constexpr std::string_view headers_prefix = "headers/";

/// `TOCSIN_` and the words in capitals, all else as underscores.
std::string variable_of(std::string_view words) {
  std::string result = "TOCSIN_";
  for (char c : words) {
    bool is_lower = c >= 'a' && c <= 'z';
    bool is_fit = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_lower)
      result += static_cast<char>(c - 'a' + 'A');
    else if (is_fit)
      result += c;
    else if (!result.ends_with('_'))
      result += '_';
  }
  return result;
}

/// `text` so that whoever reads the file puts nothing in place of a `${` in it.
std::string escape_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${"))
      result += '$';
    result += text[i];
  }
  return result;
}

json::value escaped(const json::value& x) {
  if (const auto* text = x.if_string())
    return json::value(escape_text(*text));
  if (const auto* list = x.if_array()) {
    json::array result;
    for (const auto& element : *list)
      result.push_back(escaped(element));
    return result;
  }
  if (const auto* object = x.if_object()) {
    json::object result;
    for (const auto& [key, value] : *object)
      result[key] = escaped(value);
    return result;
  }
  return x;
}

/// Without lists, objects and nulls that say nothing; null where nothing is left.
json::value pruned(const json::value& x) {
  if (const auto* list = x.if_array())
    return list->empty() ? json::value{} : x;
  const auto* object = x.if_object();
  if (object == nullptr)
    return x;
  json::object result;
  for (const auto& [key, value] : *object)
    if (auto left = pruned(value); !left.is_null())
      result[key] = std::move(left);
  return result.empty() ? json::value{} : json::value(std::move(result));
}

void put_pruned(json::object& out, std::string_view name, const json::value& x) {
  if (auto left = pruned(x); !left.is_null())
    out[name] = escaped(left);
}

/// An object that this program has written.
json::object read_object(std::string_view text) {
  json::error_code ec;
  auto value = json::parse(text, ec);
  return value.is_object() ? std::move(value.get_object()) : json::object{};
}

json::object event_type_of(const event_type_info& x) {
  json::object result{{"title", escape_text(x.title)}};
  if (x.severity != event_severity::info)
    result["severity"] = to_string(x.severity);
  if (!x.on_by_default)
    result["default"] = false;
  return result;
}

json::object recipient_of(const recipient& x) {
  json::object result;
  if (x.display_name != x.id.name)
    result["display_name"] = escape_text(x.display_name);
  put_pruned(result, "services", json::value_from(x.services));
  if (x.portal_enabled)
    result["portal_enabled"] = true;
  return result;
}

json::object preference_of(const preference& x) {
  json::object result;
  auto shown = read_object(to_json(x));
  for (std::string_view name : {"customers", "services", "event_types", "quiet_hours"})
    put_pruned(result, name, shown[name]);
  return result;
}

/// A trigger without addresses is a truth value.
json::object triggers_of(const std::map<std::string, trigger, std::less<>>& triggers) {
  json::object result;
  for (const auto& [type, x] : triggers)
    result[type] = x.to.empty()
                     ? json::value(x.on)
                     : json::value{{"on", x.on}, {"to", escaped(json::value_from(x.to))}};
  return result;
}

/// What the rotation of a webhook's secret leaves behind for a while.
bool is_of_rotation(std::string_view field) {
  return field == "previous_secret" || field == "previous_secret_expires_at";
}

void append_comments(std::string& out, const std::vector<std::string>& variables) {
  out += "# Written by Tocsin; for 'tocsin config apply'.\n";
  if (!variables.empty())
    out += "# Secrets are not included. Set these variables, or NAME_FILE for each:\n";
  for (const auto& name : variables)
    out += fmt::format("#   {}\n", name);
}

} // namespace

configuration_text::configuration_text() {
  for (const auto& x : event_catalogue()) {
    if (!x.is_custom())
      continue;
    note_manager(x.managed_by);
    append_yaml(event_types_, json::object{{x.name, event_type_of(x)}}, 1);
  }
}

void configuration_text::add(const recipient& x, const preference& wishes,
                             const std::vector<channel_view>& channels) {
  note_manager(x.managed_by);
  auto described = recipient_of(x);
  if (wishes.revision > 0) {
    note_manager(wishes.managed_by);
    described["preferences"] = preference_of(wishes);
  }
  json::object ways;
  for (const auto& each : channels) {
    note_manager(each.value.managed_by);
    ways[each.value.name] = channel_of(each);
  }
  if (!ways.empty())
    described["channels"] = std::move(ways);
  append_yaml(x.id.kind == recipient_kind::admin ? admins_ : customers_,
              json::object{{x.id.name, std::move(described)}}, 1);
}

json::object configuration_text::channel_of(const channel_view& x) {
  json::object result{{"type", to_string(x.value.type)}};
  if (!x.value.enabled)
    result["enabled"] = false;
  put_pruned(result, "triggers", triggers_of(x.value.triggers));
  auto shown = read_object(to_json(x));
  put_pruned(result, "filters", shown["filters"]);
  if (x.value.delivery.on_ambiguous == ambiguous_policy::retry)
    shown["delivery"].get_object().erase("on_ambiguous");
  put_pruned(result, "delivery", shown["delivery"]);
  json::object settings;
  for (const auto& [name, value] : shown["settings"].get_object())
    if (!is_of_rotation(name))
      settings[name] = escaped(value);
  for (const auto& [field, hint] : x.secrets) {
    if (is_of_rotation(field))
      continue;
    auto variable = fmt::format("${{{}}}", name_variable(x.value, field));
    if (!field.starts_with(headers_prefix)) {
      settings[field] = variable;
      continue;
    }
    auto& headers = settings["headers"];
    if (!headers.is_object())
      headers.emplace_object();
    headers.get_object()[std::string_view{field}.substr(headers_prefix.size())] = variable;
  }
  if (!settings.empty())
    result["settings"] = std::move(settings);
  return result;
}

/// Says what the secret is for; no two variables are alike.
std::string configuration_text::name_variable(const channel& of, std::string_view field) {
  auto wanted = variable_of(fmt::format("{} {} {}", to_string(of.owner), of.name, field));
  auto result = wanted;
  for (size_t i = 2; !taken_.insert(result).second; ++i)
    result = fmt::format("{}_{}", wanted, i);
  variables_.push_back(result);
  return result;
}

void configuration_text::note_manager(std::string_view name) {
  if (manager_.empty())
    manager_ = name;
}

std::string configuration_text::take() {
  std::string result;
  append_comments(result, variables_);
  append_yaml(result, json::object{{"name", manager_.empty() ? default_manager : manager_}}, 0);
  auto append = [&result](std::string_view section, const std::string& text) {
    if (!text.empty())
      result.append(section).append(":\n").append(text);
  };
  append("event_types", event_types_);
  append("admins", admins_);
  append("customers", customers_);
  return result;
}

} // namespace tocsin::http
