#include "storage/repositories/recipient_repository.hpp"

#include "storage/engine/lookup.hpp"
#include "storage/records/recipient_key.hpp"
#include "storage/records/recipient_record.hpp"
#include "storage/repositories/paging.hpp"

namespace tocsin::storage {

expected<std::optional<recipient>> recipient_repository::find(const recipient_id& id) const {
  return find_record(tx_, database::recipients, recipient_key(id), decode_recipient);
}

expected<std::optional<recipient>>
recipient_repository::find_customer(std::string_view name) const {
  auto by_id = find({recipient_kind::customer, std::string{name}});
  if (!by_id || *by_id || name.empty())
    return by_id;
  auto key = customer_name_key(name);
  auto value = tx_.find(database::customer_names, key);
  if (!value)
    return value.error();
  if (!*value)
    return std::optional<recipient>{};
  auto result = find({recipient_kind::customer, std::string{**value}});
  if (result && !*result)
    return corrupt(database::customer_names, key, "names a customer that is not there");
  return result;
}

expected<std::vector<recipient>> recipient_repository::admins() const {
  std::vector<recipient> result;
  page_request request{max_page_entries, ""};
  do {
    auto part = list(recipient_kind::admin, request);
    if (!part)
      return part.error();
    for (auto& x : part->entries)
      result.push_back(std::move(x));
    request.cursor = std::move(part->next_cursor);
  } while (!request.cursor.empty());
  return result;
}

expected<page<recipient>> recipient_repository::list(recipient_kind kind,
                                                     const page_request& request) const {
  // The cursor is the last name, which is plain ASCII.
  recipient_id after{kind, request.cursor};
  if (!request.cursor.empty() && !parse_recipient_id(to_string(after)))
    return bad_cursor();
  auto at = tx_.open_cursor(database::recipients);
  if (!at)
    return at.error();
  page<recipient> result;
  page_fill fill{request};
  auto last_key = recipient_key(after);
  auto found = at->seek(last_key);
  if (found && *found && at->key() == last_key)
    found = at->next();
  for (; found && *found && at->key().front() == last_key.front(); found = at->next()) {
    if (fill.is_full()) {
      result.next_cursor = result.entries.back().id.name;
      break;
    }
    auto each = decode_recipient(at->key(), at->value());
    if (!each)
      return each.error();
    fill.add(at->value().size());
    result.entries.push_back(std::move(*each));
  }
  if (!found)
    return found.error();
  return result;
}

expected<std::optional<preference>>
recipient_repository::find_preference(const recipient_id& id) const {
  return find_record(tx_, database::preferences, recipient_key(id), decode_preference);
}

} // namespace tocsin::storage
