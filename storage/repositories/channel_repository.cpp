#include "storage/repositories/channel_repository.hpp"

#include "storage/engine/codec.hpp"
#include "storage/engine/lookup.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/records/channel_record.hpp"
#include "storage/repositories/paging.hpp"

#include <boost/algorithm/hex.hpp>

#include <iterator>

namespace tocsin::storage {

namespace {

/// Lists of one owner go on after a name, which the cursor holds in hexadecimal.
std::string write_name_cursor(std::string_view name) {
  std::string result;
  boost::algorithm::hex_lower(name.begin(), name.end(), std::back_inserter(result));
  return result;
}

expected<std::string> read_name_cursor(std::string_view cursor) {
  std::string result;
  auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (cursor.size() % 2 != 0 || !std::all_of(cursor.begin(), cursor.end(), is_digit))
    return bad_cursor();
  boost::algorithm::unhex(cursor.begin(), cursor.end(), std::back_inserter(result));
  return result;
}

/// The channel that an entry of `channel_names` names.
expected<stored_channel> read_named(const transaction& tx, byte_view key, byte_view value) {
  auto id = decode_channel_id(key, value);
  if (!id)
    return id.error();
  auto record = tx.find(database::channels, as_key(*id));
  if (!record)
    return record.error();
  if (!*record)
    return corrupt(database::channel_names, key, "names a channel that is not there");
  return decode_channel(as_key(*id), **record);
}

} // namespace

expected<std::optional<stored_channel>> channel_repository::find(const channel_id& id) const {
  return find_record(tx_, database::channels, as_key(id), decode_channel);
}

expected<bool> channel_repository::contains(const channel_id& id) const {
  auto record = tx_.find(database::channels, as_key(id));
  if (!record)
    return record.error();
  return record->has_value();
}

expected<std::optional<channel_id>> channel_repository::find_by_name(const recipient_id& owner,
                                                                     std::string_view name) const {
  return find_record(tx_, database::channel_names, channel_name_key(owner, name),
                     decode_channel_id);
}

expected<std::vector<stored_channel>>
channel_repository::of_owner(const recipient_id& owner) const {
  auto at = tx_.open_cursor(database::channel_names);
  if (!at)
    return at.error();
  std::vector<stored_channel> result;
  auto prefix = channel_name_prefix(owner);
  auto found = at->seek(prefix);
  for (; found && *found && at->key().starts_with(prefix); found = at->next()) {
    auto each = read_named(tx_, at->key(), at->value());
    if (!each && !is_unreadable(each.error()))
      return each.error();
    if (each)
      result.push_back(std::move(*each));
  }
  if (!found)
    return found.error();
  return result;
}

expected<std::vector<stored_channel>> channel_repository::all() const {
  std::vector<stored_channel> result;
  auto visited
    = visit_records(tx_, database::channels, [&](byte_view key, byte_view value) -> expected<void> {
        auto each = decode_channel(key, value);
        if (!each && !is_unreadable(each.error()))
          return each.error();
        if (each)
          result.push_back(std::move(*each));
        return {};
      });
  if (!visited)
    return visited.error();
  return result;
}

expected<std::vector<channel_id>> channel_repository::ids() const {
  std::vector<channel_id> result;
  auto visited
    = visit_records(tx_, database::channels, [&](byte_view key, byte_view) -> expected<void> {
        record_reader in{database::channels, key, key};
        auto id = in.id<channel_id>();
        // Nobody can ask for what lies under any other key.
        if (in.end())
          result.push_back(id);
        return {};
      });
  if (!visited)
    return visited.error();
  return result;
}

expected<page<stored_channel>> channel_repository::list(const std::optional<recipient_id>& owner,
                                                        const page_request& request) const {
  return owner ? list_owned(*owner, request) : list_all(request);
}

expected<page<stored_channel>> channel_repository::list_all(const page_request& request) const {
  auto after = read_id_cursor(request.cursor);
  if (!after)
    return after.error();
  auto at = tx_.open_cursor(database::channels);
  if (!at)
    return at.error();
  auto found = *after ? at->seek(as_key((*after)->plus(1))) : at->first();
  return fill_page(*at, std::move(found), request, decode_channel, belongs_always,
                   [](const stored_channel& x) { return to_string(x.value.id); });
}

expected<page<stored_channel>> channel_repository::list_owned(const recipient_id& owner,
                                                              const page_request& request) const {
  auto after = read_name_cursor(request.cursor);
  if (!after)
    return after.error();
  auto at = tx_.open_cursor(database::channel_names);
  if (!at)
    return at.error();
  auto prefix = channel_name_prefix(owner);
  auto last_key = prefix + *after;
  auto found = at->seek(last_key);
  if (found && *found && at->key() == last_key)
    found = at->next();
  return fill_page(
    *at, std::move(found), request,
    [this](byte_view key, byte_view value) { return read_named(tx_, key, value); },
    [&prefix](byte_view key) { return key.starts_with(prefix); },
    [](const stored_channel& x) { return write_name_cursor(x.value.name); });
}

} // namespace tocsin::storage
