#include "storage/commands/audit_picture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace tocsin::storage {

namespace {

namespace json = boost::json;

json::array list_of(const std::vector<std::string>& xs) {
  return json::array(xs.begin(), xs.end());
}

json::object object_of(const selection& x) {
  return {{"include", list_of(x.include)}, {"exclude", list_of(x.exclude)}};
}

json::value seconds_of(const std::optional<std::chrono::milliseconds>& x) {
  if (!x)
    return nullptr;
  return std::chrono::duration_cast<std::chrono::seconds>(*x).count();
}

json::value instant_of(const std::optional<timestamp>& x) {
  if (!x)
    return nullptr;
  return json::value(to_rfc3339(*x));
}

json::object triggers_of(const channel& x) {
  json::object result;
  for (auto& [type, choice] : x.triggers) {
    json::object each{{"on", choice.on}};
    if (!choice.to.empty())
      each["to"] = list_of(choice.to);
    result[type] = std::move(each);
  }
  return result;
}

void add_manager(json::object& picture, const std::string& managed_by) {
  if (!managed_by.empty())
    picture["managed_by"] = managed_by;
}

} // namespace

std::string picture(const stored_channel& stored) {
  auto& x = stored.value;
  json::object result{
    {"owner", to_string(x.owner)},
    {"name", x.name},
    {"type", to_string(x.type)},
    {"enabled", x.enabled},
    {"disabled_reason", x.disabled_reason},
    {"triggers", triggers_of(x)},
    {"filters",
     {{"customers", object_of(x.filters.customers)}, {"services", object_of(x.filters.services)}}},
    {"delivery",
     {{"first_retry_seconds", seconds_of(x.delivery.first_retry)},
      {"max_retry_seconds", seconds_of(x.delivery.max_retry)},
      {"give_up_seconds", seconds_of(x.delivery.give_up)},
      {"on_ambiguous", to_string(x.delivery.on_ambiguous)}}},
    {"revision", x.revision}};
  add_manager(result, x.managed_by);
  return json::serialize(result);
}

std::string picture(const recipient& x) {
  json::object result{{"display_name", x.display_name}, {"revision", x.revision}};
  if (x.id.kind == recipient_kind::customer) {
    result["services"] = list_of(x.services);
    result["portal_enabled"] = x.portal_enabled;
  }
  add_manager(result, x.managed_by);
  return json::serialize(result);
}

std::string picture(const preference& x) {
  json::object result{{"customers", object_of(x.customers)},
                      {"services", object_of(x.services)},
                      {"event_types", object_of(x.event_types)},
                      {"quiet_hours", nullptr},
                      {"revision", x.revision}};
  if (x.quiet)
    result["quiet_hours"] = json::object{{"from_minute", x.quiet->from_minute},
                                         {"until_minute", x.quiet->until_minute},
                                         {"utc_offset_minutes", x.quiet->utc_offset_minutes},
                                         {"critical_bypass", x.quiet->critical_bypass}};
  add_manager(result, x.managed_by);
  return json::serialize(result);
}

std::string picture(const delivery& x) {
  json::object result{{"state", to_string(x.state)}, {"attempts", x.attempts}};
  if (!x.note.empty())
    result["note"] = x.note;
  return json::serialize(result);
}

std::string picture(const token& x) {
  json::object result{{"name", x.name},
                      {"scopes", list_of(scope_names(x.scopes))},
                      {"expires_at", instant_of(x.expires_at)}};
  return json::serialize(result);
}

std::string picture(const password_hash& x) {
  return json::serialize(json::object{{"changed_at", to_rfc3339(x.changed_at)}});
}

std::string picture(const session& x) {
  json::object result{{"created_at", to_rfc3339(x.created_at)},
                      {"expires_at", to_rfc3339(x.expires_at)}};
  return json::serialize(result);
}

std::string picture(const portal_link& x) {
  return json::serialize(json::object{{"expires_at", to_rfc3339(x.expires_at)}});
}

std::string picture(const custom_event_type& x) {
  json::object result{{"title", x.title},
                      {"severity", to_string(x.severity)},
                      {"default", x.on_by_default},
                      {"revision", x.revision}};
  add_manager(result, x.managed_by);
  return json::serialize(result);
}

std::string picture(const delivery_pause& x) {
  json::object result{{"until", to_rfc3339(x.until)}, {"reason", x.reason}};
  return json::serialize(result);
}

std::string with_changed_settings(std::string picture, const std::vector<std::string>& names) {
  json::error_code ec;
  auto value = json::parse(picture, ec);
  if (names.empty() || ec || !value.is_object())
    return picture;
  value.get_object()["changed_settings"] = list_of(names);
  return json::serialize(value);
}

} // namespace tocsin::storage
