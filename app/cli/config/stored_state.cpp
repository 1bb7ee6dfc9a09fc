#include "app/cli/config/stored_state.hpp"

#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"

#include <boost/json.hpp>

namespace tocsin::cli {

namespace {

std::string text_of(const boost::json::value& x, std::string_view name) {
  const auto* text = member(x, name).if_string();
  return text != nullptr ? std::string{*text} : std::string{};
}

stored_object stored_of(const boost::json::value& x) {
  stored_object result{x, text_of(x, "id"), text_of(x, "managed_by"), 0};
  const auto& revision = member(x, "revision");
  if (revision.is_number())
    result.revision = revision.to_number<uint64_t>();
  return result;
}

} // namespace

outcome<stored_state> read_stored_state(session& on) {
  stored_state result;
  auto types = on.call({"GET", "/event-types", {}, {}});
  if (!types)
    return types.error();
  if (const auto* list = member(types->value, "data").if_array())
    for (const auto& x : *list)
      if (is_set(x, "custom"))
        result[event_type_key(text_of(x, "type"))] = stored_of(x);
  for (auto kind : {recipient_kind::admin, recipient_kind::customer}) {
    auto found = read_entries(on, collection_of({kind, {}}));
    if (!found)
      return found.error();
    for (const auto& x : *found) {
      recipient_id id{kind, text_of(x, "name")};
      result[{object_kind::recipient, id}] = stored_of(x);
      auto wishes = on.call({"GET", preference_path(id), {}, {}});
      if (!wishes)
        return wishes.error();
      auto stored = stored_of(wishes->value);
      if (stored.revision > 0)
        result[{object_kind::preference, id}] = std::move(stored);
    }
  }
  auto channels = read_entries(on, "/channels");
  if (!channels)
    return channels.error();
  for (const auto& x : *channels)
    if (auto owner = parse_recipient_id(text_of(x, "owner")))
      result[{object_kind::channel, *owner, text_of(x, "name")}] = stored_of(x);
  return result;
}

} // namespace tocsin::cli
