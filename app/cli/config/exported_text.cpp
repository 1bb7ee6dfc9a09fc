#include "app/cli/config/exported_text.hpp"

#include "app/cli/config/configuration.hpp"
#include "app/cli/config/expansion.hpp"
#include "app/cli/config/secret_fields.hpp"
#include "app/cli/config/yaml_text.hpp"
#include "app/cli/json_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <set>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

/// `TOCSIN_` and the words in capitals, all else as underscores.
std::string variable_of(const std::string& words) {
  std::string result = "TOCSIN_";
  for (char c : words) {
    bool is_lower = c >= 'a' && c <= 'z';
    bool is_plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_lower)
      result += static_cast<char>(c - 'a' + 'A');
    else if (is_plain)
      result += c;
    else if (!result.ends_with('_'))
      result += '_';
  }
  return result;
}

/// Names the variables of secrets, each by what it is for, and no two alike.
class variable_names {
public:
  std::string name(const object_key& channel, const std::string& field) {
    auto wanted
      = variable_of(fmt::format("{} {} {}", tocsin::to_string(channel.owner), channel.name, field));
    auto result = wanted;
    for (size_t i = 2; !taken_.insert(result).second; ++i)
      result = fmt::format("{}_{}", wanted, i);
    all_.push_back(result);
    return result;
  }

  std::vector<std::string> take() { return std::move(all_); }

private:
  std::set<std::string> taken_;
  std::vector<std::string> all_;
};

json::value escaped(const json::value& x) {
  if (x.is_string())
    return json::value(escape_text(std::string{x.get_string()}));
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

json::object event_type_of(const json::value& x) {
  json::object result{{"title", escape_text(cell(x, "title"))}};
  if (cell(x, "severity") != "info")
    result["severity"] = member(x, "severity");
  if (!is_set(x, "default"))
    result["default"] = false;
  return result;
}

json::object recipient_of(const object_key& key, const json::value& x) {
  json::object result;
  if (auto name = cell(x, "display_name"); name != key.owner.name)
    result["display_name"] = escape_text(name);
  put_pruned(result, "services", member(x, "services"));
  if (is_set(x, "portal_enabled"))
    result["portal_enabled"] = true;
  return result;
}

json::object preference_of(const json::value& x) {
  json::object result;
  for (const auto* name : {"customers", "services", "event_types", "quiet_hours"})
    put_pruned(result, name, member(x, name));
  return result;
}

/// A trigger without addresses is a truth value.
json::object triggers_of(const json::value& x) {
  json::object result;
  if (const auto* all = member(x, "triggers").if_object())
    for (const auto& [type, choice] : *all)
      result[type] = member(choice, "to").is_array() ? escaped(choice) : member(choice, "on");
  return result;
}

json::object channel_of(const object_key& key, const json::value& x, variable_names& variables) {
  json::object result{{"type", member(x, "type")}};
  if (!is_set(x, "enabled"))
    result["enabled"] = false;
  put_pruned(result, "triggers", triggers_of(x));
  put_pruned(result, "filters", member(x, "filters"));
  json::object delivery;
  if (const auto* stored = member(x, "delivery").if_object())
    delivery = *stored;
  if (cell(delivery["on_ambiguous"]) == "retry")
    delivery.erase("on_ambiguous");
  put_pruned(result, "delivery", delivery);
  json::object settings;
  for (const auto& [name, value] :
       settings_with_secrets(x, [](const std::string&) { return hidden_secret; }))
    settings[name] = escaped(value);
  auto with_variables = settings_with_secrets(x, [&](const std::string& field) {
    return fmt::format("${{{}}}", variables.name(key, field));
  });
  if (const auto* secrets = member(x, "secrets").if_object())
    for (const auto& [field, hint] : *secrets) {
      auto name = std::string{field}.substr(0, std::string{field}.find('/'));
      if (const auto* secret = with_variables.if_contains(name))
        settings[name] = *secret;
    }
  if (!settings.empty())
    result["settings"] = std::move(settings);
  return result;
}

json::object& object_at(json::object& x, std::string_view name) {
  auto& value = x[name];
  if (!value.is_object())
    value = json::object{};
  return value.get_object();
}

std::string manager_of(const stored_state& stored) {
  for (const auto& [key, x] : stored)
    if (!x.managed_by.empty())
      return x.managed_by;
  return default_manager;
}

} // namespace

exported_text export_text(const stored_state& stored) {
  json::object root{{"name", manager_of(stored)}};
  variable_names variables;
  for (const auto& [key, x] : stored) {
    if (key.kind == object_kind::event_type) {
      object_at(root, "event_types")[key.name] = event_type_of(x.value);
      continue;
    }
    bool is_admin = key.owner.kind == recipient_kind::admin;
    auto& owner = object_at(object_at(root, is_admin ? "admins" : "customers"), key.owner.name);
    switch (key.kind) {
    case object_kind::event_type: break;
    case object_kind::recipient: owner = recipient_of(key, x.value); break;
    case object_kind::preference: owner["preferences"] = preference_of(x.value); break;
    case object_kind::channel:
      object_at(owner, "channels")[key.name] = channel_of(key, x.value, variables);
      break;
    }
  }
  return {to_yaml(root), variables.take()};
}

} // namespace tocsin::cli
