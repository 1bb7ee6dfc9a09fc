#include "app/cli/config/configuration.hpp"

#include "app/cli/config/map_reader.hpp"
#include "messages/custom_event_type.hpp"
#include "messages/object_limits.hpp"
#include "messages/own_event.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

#include <array>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

/// As the API names recipients and managers.
constexpr const char* name_rule = "expected 1 to 64 of a-z 0-9 . _ -, a letter or digit first";

bool is_name(const std::string& text) {
  return parse_recipient_id(to_string(recipient_id{recipient_kind::admin, text})).has_value();
}

bool is_time_of_day(const std::string& text) {
  auto is_digit = [&text](size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  return text.size() == 5 && text[2] == ':' && is_digit(0) && is_digit(1) && is_digit(3)
         && is_digit(4) && text.substr(0, 2) < "24" && text.substr(3) < "60";
}

json::value read_quiet_hours(map_reader preferences) {
  if (preferences.at("quiet_hours").is_null())
    return nullptr;
  auto in = preferences.map("quiet_hours");
  json::object result;
  for (const auto* key : {"from", "until"}) {
    auto time = in.text(key, "");
    if (!is_time_of_day(time))
      in.complain(key, "expected a time of day in quotes, such as \"22:00\"");
    result[key] = time;
  }
  // As the API bounds them: UTC-14:00 to UTC+14:00 covers every offset in use.
  result["utc_offset_minutes"] = in.whole_number("utc_offset_minutes", -840, 840, 0);
  result["critical_bypass"] = in.truth("critical_bypass", true);
  in.refuse_others({"from", "until", "utc_offset_minutes", "critical_bypass"});
  return result;
}

wanted_object read_preference(map_reader in) {
  json::object result;
  for (const auto* key : {"customers", "services", "event_types"})
    result[key] = in.selection(key);
  result["quiet_hours"] = read_quiet_hours(in);
  in.refuse_others({"customers", "services", "event_types", "quiet_hours"});
  return {in.pointer(), std::move(result)};
}

/// `deploy.success: false` says the same as `deploy.success: {on: false}`.
json::object read_triggers(map_reader in) {
  json::object result;
  for (const auto& [type, x] : in.members()) {
    if (x.is_bool())
      result[type] = json::object{{"on", x}};
    else if (x.is_object())
      result[type] = x;
    else if (!x.is_null())
      in.complain(type, "expected true, false or a map with 'on' and 'to'");
  }
  return result;
}

json::object read_delivery(map_reader in) {
  json::object result;
  for (const auto* key : {"first_retry_seconds", "max_retry_seconds", "give_up_seconds"})
    result[key] = in.at(key);
  const auto& policy = in.at("on_ambiguous");
  result["on_ambiguous"] = policy.is_null() ? json::value("retry") : policy;
  in.refuse_others({"first_retry_seconds", "max_retry_seconds", "give_up_seconds", "on_ambiguous"});
  return result;
}

/// A null says the same as leaving the member out, at any depth.
json::object without_nulls(const json::object& x) {
  json::object result;
  for (const auto& [key, value] : x) {
    if (const auto* inner = value.if_object())
      result[key] = without_nulls(*inner);
    else if (!value.is_null())
      result[key] = value;
  }
  return result;
}

wanted_object read_channel(map_reader in) {
  json::object result;
  result["type"] = in.text("type", "");
  if (in.at("type").is_null())
    in.complain("type", "expected email, slack, discord, telegram or webhook");
  result["enabled"] = in.truth("enabled", true);
  result["triggers"] = read_triggers(in.map("triggers"));
  auto filters = in.map("filters");
  result["filters"] = json::object{{"customers", filters.selection("customers")},
                                   {"services", filters.selection("services")}};
  filters.refuse_others({"customers", "services"});
  result["delivery"] = read_delivery(in.map("delivery"));
  result["settings"] = without_nulls(in.map("settings").members());
  in.refuse_others({"type", "enabled", "triggers", "filters", "delivery", "settings"});
  return {in.pointer(), std::move(result)};
}

wanted_object read_event_type(map_reader in) {
  json::object result;
  auto title = clean_line(in.text("title", ""));
  if (is_blank(title) || title.size() > max_event_title_bytes)
    in.complain("title", fmt::format("expected a line of 1 to {} bytes", max_event_title_bytes));
  result["title"] = title;
  auto severity = in.text("severity", "info");
  if (!parse_event_severity(severity))
    in.complain("severity", "expected success, info, warning, error or critical");
  result["severity"] = severity;
  result["default"] = in.truth("default", true);
  in.refuse_others({"title", "severity", "default"});
  return {in.pointer(), std::move(result)};
}

class configuration_reader {
public:
  explicit configuration_reader(configuration& result) : result_(result) {}

  void read_event_types(map_reader in) {
    for (const auto& [key, x] : in.members()) {
      std::string name{key};
      if (!is_event_type_name(name))
        in.complain(name, fmt::format("expected 1 to {} of a-z 0-9 . _ -, a letter first",
                                      max_event_type_bytes));
      else if (find_event_type(name) != nullptr || is_own_event(name))
        in.complain(name, "the type is built in, or one of the service itself");
      else
        result_.objects[event_type_key(name)] = read_event_type(in.map(name));
    }
  }

  void read_recipients(map_reader in, recipient_kind kind) {
    for (const auto& [name, x] : in.members()) {
      recipient_id id{kind, name};
      if (!is_name(id.name)) {
        in.complain(name, name_rule);
        continue;
      }
      auto one = in.map(name);
      result_.objects[{object_kind::recipient, id}] = read_recipient(one, id);
      if (!one.at("preferences").is_null())
        result_.objects[{object_kind::preference, id}] = read_preference(one.map("preferences"));
      read_channels(one.map("channels"), id);
    }
  }

private:
  wanted_object read_recipient(map_reader in, const recipient_id& id) {
    json::object result;
    auto display_name = clean_line(in.text("display_name", id.name));
    if (display_name.empty() || display_name.size() > max_display_name_bytes)
      in.complain("display_name", fmt::format("expected 1 to {} bytes", max_display_name_bytes));
    result["display_name"] = display_name;
    if (id.kind == recipient_kind::customer) {
      auto services = in.texts("services");
      // As the service keeps them.
      for (auto& x : services)
        x = clean_line(std::string{x.get_string()});
      result["services"] = std::move(services);
      result["portal_enabled"] = in.truth("portal_enabled", false);
      in.refuse_others({"display_name", "services", "portal_enabled", "preferences", "channels"});
    } else {
      in.refuse_others({"display_name", "preferences", "channels"});
    }
    return {in.pointer(), std::move(result)};
  }

  void read_channels(map_reader in, const recipient_id& owner) {
    for (const auto& [key, x] : in.members()) {
      std::string name{key};
      // A name that the service would change is found under another one in the next run.
      if (is_blank(name) || name.size() > max_channel_name_bytes || clean_line(name) != name)
        in.complain(name, fmt::format("the name of a channel is a line of 1 to {} bytes",
                                      max_channel_name_bytes));
      else
        result_.objects[{object_kind::channel, owner, name}] = read_channel(in.map(name));
    }
  }

  configuration& result_;
};

} // namespace

configuration read_configuration(const config_document& document, config_faults& faults) {
  configuration result;
  map_reader in{document, "", document.root, faults};
  result.manager = in.text("name", default_manager);
  if (!is_name(result.manager))
    in.complain("name", name_rule);
  configuration_reader objects{result};
  objects.read_event_types(in.map("event_types"));
  objects.read_recipients(in.map("admins"), recipient_kind::admin);
  objects.read_recipients(in.map("customers"), recipient_kind::customer);
  in.refuse_others({"name", "event_types", "admins", "customers"});
  return result;
}

} // namespace tocsin::cli
