#include "app/cli/config/new_types.hpp"

namespace tocsin::cli {

namespace {

namespace json = boost::json;

/// Moves the members of `from` that have the name of a type to `to[name]`.
void move_named(json::object& from, json::object& to, std::string_view name,
                const event_type_names& types) {
  json::object moved;
  for (const auto& type : types)
    if (auto* found = from.if_contains(type)) {
      moved[type] = std::move(*found);
      from.erase(type);
    }
  if (!moved.empty())
    to[name] = std::move(moved);
}

json::object* object_in(json::object& x, std::string_view name) {
  auto* found = x.if_contains(name);
  return found != nullptr ? found->if_object() : nullptr;
}

} // namespace

event_type_names new_types_of(const configuration& wanted, const stored_state& stored) {
  event_type_names result;
  for (const auto& [key, x] : wanted.objects)
    if (key.kind == object_kind::event_type && !stored.contains(key))
      result.insert(key.name);
  return result;
}

parted_members part_by_types(const json::object& channel, const event_type_names& types) {
  parted_members result{channel, {}};
  if (auto* triggers = object_in(result.rest, "triggers"))
    move_named(*triggers, result.of_types, "triggers", types);
  auto* settings = object_in(result.rest, "settings");
  if (settings == nullptr)
    return result;
  if (auto* templates = object_in(*settings, "templates")) {
    json::object moved;
    move_named(*templates, moved, "templates", types);
    if (!moved.empty())
      result.of_types["settings"] = std::move(moved);
  }
  return result;
}

} // namespace tocsin::cli
