#include "app/cli/config/channel_plan.hpp"

#include "app/cli/config/overwriting_patch.hpp"
#include "app/cli/config/secret_fields.hpp"
#include "app/cli/json_text.hpp"
#include "messages/json_pointer.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

constexpr std::string_view settings_prefix = "/settings/";

constexpr std::array<std::string_view, 5> changeable{"enabled", "triggers", "filters", "delivery",
                                                     "settings"};

/// Adds the fields that a refusal names, by their place in the file; false if it is no such
/// refusal.
bool add_field_faults(const http_reply& reply, const planned_file& file, const std::string& pointer,
                      config_faults& faults) {
  json::error_code ec;
  auto problem = json::parse(reply.body, ec);
  if (ec || reply.status != 422)
    return false;
  const auto* fields = member(problem, "errors").if_array();
  if (fields == nullptr || fields->empty()) {
    faults.push_back(file.document.fault(pointer, cell(problem, "detail")));
    return true;
  }
  for (const auto& x : *fields) {
    auto place = cell(x, "pointer");
    faults.push_back(file.document.fault(pointer + place, cell(x, "detail")));
  }
  return true;
}

/// What the service says about a channel that it does not store; nothing where it has faults.
outcome<std::optional<json::value>> judged(session& on, const http_request& request,
                                           const planned_file& file, const std::string& pointer,
                                           config_faults& faults) {
  auto reply = on.exchange(request);
  if (!reply)
    return report_failure(reply.error(), on.around());
  if (add_field_faults(*reply, file, pointer, faults))
    return std::optional<json::value>{};
  json::error_code ec;
  auto value = json::parse(reply->body, ec);
  if (!reply->is_success() || ec)
    return on.refuse(*reply);
  return std::optional{std::move(value)};
}

/// The channel of the file as it may be shown.
json::object shown(const planned_file& file, const wanted_object& x) {
  auto result = x.members;
  auto is_hidden = [&](std::string_view name) {
    return file.document.from_outside.contains(extend_pointer(x.pointer + "/settings", name));
  };
  result["settings"] = hide_secrets(x.members.at("settings").as_object(), is_hidden);
  return result;
}

json::object stored_members(const stored_object& stored) {
  json::object result;
  for (auto name : changeable)
    result[name] = member(stored.value, name);
  result["settings"]
    = settings_with_secrets(stored.value, [](const std::string&) { return hidden_secret; });
  return result;
}

/// The part of `members` that a pointer of a comparison is about.
json::object part_at(const json::object& members, std::string_view pointer) {
  json::object result;
  if (pointer.starts_with(settings_prefix)) {
    auto name = pointer.substr(settings_prefix.size());
    result["settings"]
      = json::object{{name, member(member(json::value(members), "settings"), name)}};
  } else if (const auto* found = members.if_contains(pointer.substr(1))) {
    result[pointer.substr(1)] = *found;
  }
  return result;
}

std::string dotted(std::string_view pointer) {
  std::string result{pointer.substr(1)};
  for (auto& c : result)
    if (c == '/')
      c = '.';
  return result;
}

/// What differs at `pointer`; secrets differ without being shown.
std::vector<member_change> changes_at(const json::object& before, const json::object& after,
                                      std::string_view pointer) {
  auto result = member_changes(part_at(before, pointer), part_at(after, pointer));
  if (result.empty())
    result.push_back({dotted(pointer), hidden_secret, "(another secret)"});
  return result;
}

} // namespace

std::vector<std::string> manager_headers(const std::string& manager) {
  return {"X-Managed-By: " + manager};
}

std::vector<std::string> manager_headers(const std::string& manager, uint64_t revision) {
  return {"X-Managed-By: " + manager, fmt::format("If-Match: \"{}\"", revision)};
}

outcome<std::optional<plan_step>> plan_new_channel(session& on, const planned_file& file,
                                                   const object_key& key,
                                                   const event_type_names& new_types,
                                                   config_faults& faults) {
  const auto& x = file.wanted.objects.at(key);
  auto body = x.members;
  body["owner"] = to_string(key.owner);
  body["name"] = key.name;
  auto known = json::serialize(part_by_types(body, new_types).rest);
  auto text = json::serialize(body);
  auto seen = judged(on, {"POST", "/channels/preview", known, {}}, file, x.pointer, faults);
  if (!seen)
    return seen.error();
  if (!*seen)
    return std::optional<plan_step>{};
  return std::optional{
    plan_step{plan_action::add,
              key,
              member_changes({}, shown(file, x)),
              {"POST", "/channels", text, manager_headers(file.wanted.manager)}}};
}

outcome<std::optional<plan_step>> plan_channel_change(session& on, const planned_file& file,
                                                      const object_key& key,
                                                      const stored_object& stored,
                                                      const event_type_names& new_types,
                                                      config_faults& faults) {
  std::optional<plan_step> result;
  const auto& x = file.wanted.objects.at(key);
  auto type = cell(stored.value, "type");
  if (x.members.at("type").as_string() != type) {
    faults.push_back(file.document.fault(
      x.pointer + "/type", fmt::format("the channel exists with the type {}, and a channel's "
                                       "type cannot change: give it another name",
                                       type)));
    return result;
  }
  auto before = stored_members(stored);
  auto wanted = x.members;
  wanted.erase("type");
  auto parted = part_by_types(wanted, new_types);
  auto known = json::serialize(overwriting_patch(before, parted.rest));
  auto path = "/channels/" + stored.id;
  auto compared = judged(on, {"POST", path + "/compare", known, {}}, file, x.pointer, faults);
  if (!compared)
    return compared.error();
  if (!*compared)
    return result;
  auto members = member_changes({}, parted.of_types);
  auto after = part_by_types(shown(file, x), new_types).rest;
  if (const auto* changed = member(**compared, "changed").if_array())
    for (const auto& pointer : *changed)
      for (auto& change : changes_at(before, after, cell(pointer)))
        members.push_back(std::move(change));
  if (members.empty() && stored.managed_by == file.wanted.manager)
    return result;
  auto text = json::serialize(overwriting_patch(before, wanted));
  result = plan_step{plan_action::change,
                     key,
                     std::move(members),
                     {"PATCH", path, text, manager_headers(file.wanted.manager, stored.revision)}};
  return result;
}

} // namespace tocsin::cli
