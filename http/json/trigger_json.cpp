#include "http/json/trigger_json.hpp"

#include "http/json/event_type_json.hpp"
#include "messages/field_errors.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin::http {

namespace json = boost::json;

namespace {

const event_type_info* find_catalogued(std::string_view name) {
  return name == test_event_type ? nullptr : find_event_type(name);
}

field_error unknown_type(std::string pointer, std::string_view name) {
  return {std::move(pointer), std::string{to_string(errc::unknown_event_type)},
          fmt::format("there is no event type '{}'", name)};
}

std::optional<trigger> read_trigger(const json::value& value, bool on_by_default,
                                    const std::string& pointer, std::vector<field_error>& errors) {
  auto object = value.if_object();
  if (object == nullptr) {
    errors.push_back({pointer, "wrong_type",
                      fmt::format("a trigger must be an object, not {}", kind_name(value))});
    return std::nullopt;
  }
  object_reader in{*object, pointer, errors};
  trigger result;
  result.on = in.boolean("on").value_or(on_by_default);
  result.to = in.texts("to").value_or(std::vector<std::string>{});
  in.refuse_others();
  return result;
}

/// Reads what a body says of an event type that nobody knows any more: nothing, where it is to go.
std::optional<trigger> read_outdated(const json::value& value, std::string_view name,
                                     const std::string& pointer, const trigger_map& stored,
                                     std::vector<field_error>& errors) {
  auto found = stored.find(name);
  if (found != stored.end() && value.is_null())
    return std::nullopt;
  if (found != stored.end()
      && read_trigger(value, found->second.on, pointer, errors) == found->second)
    return found->second;
  errors.push_back(unknown_type(pointer, name));
  return std::nullopt;
}

void write_matrix_row(json_writer& out, const channel_view& x) {
  out.begin_object()
    .member("id", to_string(x.value.id))
    .member("name", x.value.name)
    .member("type", to_string(x.value.type))
    .member("revision", x.value.revision)
    .key("triggers")
    .begin_object();
  for (auto& type : event_catalogue()) {
    auto found = x.value.triggers.find(type.name);
    auto is_set = found != x.value.triggers.end();
    out.key(type.name)
      .begin_object()
      .member("on", is_set ? found->second.on : type.on_by_default)
      .member("default", type.on_by_default);
    if (is_set && !found->second.to.empty())
      out.list("to", found->second.to);
    out.end_object();
  }
  out.end_object().end_object();
}

/// Reads one row; adds what is wrong to `errors`.
matrix_row read_row(const json::object& object, const std::string& pointer,
                    const std::vector<channel_view>& known, std::vector<field_error>& errors) {
  object_reader in{object, pointer, errors};
  matrix_row result;
  auto text = in.required_word("id");
  auto id = channel_id::parse(text);
  auto is_wanted = [&id](const channel_view& x) { return x.value.id == id; };
  auto found = id ? std::find_if(known.begin(), known.end(), is_wanted) : known.end();
  if (found != known.end())
    result.id = *id;
  else if (!text.empty())
    in.complain("id", "not_found", fmt::format("the owner has no channel '{}'", text));
  result.revision = in.integer("revision", 1, INT64_MAX);
  if (auto triggers = in.object("triggers"))
    result.triggers
      = decode_triggers(*triggers, in.pointer_to("triggers"),
                        found == known.end() ? trigger_map{} : found->value.triggers, errors);
  else if (!in.has("triggers"))
    in.complain("triggers", "required", "'triggers' is required");
  in.refuse_others();
  return result;
}

bool is_repeated(const std::vector<matrix_row>& rows, const channel_id& id) {
  return id != channel_id{}
         && std::any_of(rows.begin(), rows.end(), [&id](auto& row) { return row.id == id; });
}

} // namespace

void write_triggers(json_writer& out, const trigger_map& triggers) {
  out.begin_object();
  for (auto& [type, x] : triggers) {
    out.key(type).begin_object().member("on", x.on);
    if (!x.to.empty())
      out.list("to", x.to);
    out.end_object();
  }
  out.end_object();
}

trigger_map decode_triggers(const json::object& object, const std::string& pointer,
                            const trigger_map& stored, std::vector<field_error>& errors) {
  trigger_map result;
  for (auto& [key, value] : object) {
    if (is_full(errors))
      break;
    std::string name{key.data(), key.size()};
    auto place = extend_pointer(pointer, name);
    auto type = find_catalogued(name);
    if (type == nullptr) {
      if (auto kept = read_outdated(value, name, place, stored, errors))
        result.emplace(std::move(name), std::move(*kept));
      continue;
    }
    if (value.is_null())
      continue;
    auto x = read_trigger(value, type->on_by_default, place, errors);
    if (x && (x->on != type->on_by_default || !x->to.empty()))
      result.emplace(std::move(name), std::move(*x));
  }
  return result;
}

std::optional<std::string> read_event_type(object_reader& in) {
  auto result = in.text("event_type");
  if (result && find_event_type(*result) == nullptr)
    in.complain("event_type", std::string{to_string(errc::unknown_event_type)},
                fmt::format("there is no event type '{}'", *result));
  return result;
}

std::string matrix_json(std::string_view owner, const std::vector<channel_view>& channels) {
  json_writer out;
  out.begin_object().member("owner", owner).key("event_types");
  write_event_types(out);
  out.key("channels").begin_array();
  for (auto& x : channels)
    write_matrix_row(out, x);
  return out.end_array().end_object().take();
}

expected<std::vector<matrix_row>> decode_matrix(const json::object& object,
                                                const std::vector<channel_view>& known) {
  std::vector<field_error> errors;
  std::vector<matrix_row> result;
  object_reader in{object, "", errors};
  auto rows = in.array("channels");
  if (!in.has("channels"))
    in.complain("channels", "required", "'channels' is required");
  for (size_t i = 0; rows != nullptr && i < rows->size() && !is_full(errors); ++i) {
    auto pointer = extend_pointer("/channels", std::to_string(i));
    auto row = (*rows)[i].if_object();
    if (row == nullptr) {
      errors.push_back(
        {pointer, "wrong_type",
         fmt::format("'channels' must contain objects, not {}", kind_name((*rows)[i]))});
      continue;
    }
    auto x = read_row(*row, pointer, known, errors);
    if (is_repeated(result, x.id))
      errors.push_back({pointer + "/id", "repeated", "the channel is listed more than once"});
    result.push_back(std::move(x));
  }
  in.refuse_others();
  if (!errors.empty())
    return invalid_fields("the trigger matrix", std::move(errors));
  return result;
}

} // namespace tocsin::http
