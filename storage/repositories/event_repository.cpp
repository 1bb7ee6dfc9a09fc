#include "storage/repositories/event_repository.hpp"

#include "storage/engine/codec.hpp"
#include "storage/engine/lookup.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/records/event_key.hpp"
#include "storage/records/event_record.hpp"
#include "storage/repositories/paging.hpp"

namespace tocsin::storage {

std::string public_id(const accepted_event& x) {
  return x.value.id.empty() ? to_string(x.id) : x.value.id;
}

expected<std::optional<event_id>> find_event_id(const transaction& tx, std::string_view key) {
  if (key.empty() || key.size() > max_event_key_bytes)
    return std::optional<event_id>{};
  return find_record(tx, database::idempotency, key, decode_event_id);
}

expected<std::optional<accepted_event>> event_repository::find(const event_id& id) const {
  auto record = find_record(tx_, database::events, as_key(id), decode_event);
  if (!record)
    return record.error();
  if (!*record)
    return std::optional<accepted_event>{};
  return std::optional{std::move((*record)->value)};
}

expected<std::optional<accepted_event>> event_repository::find_public(std::string_view id) const {
  auto named = find_by_key(id);
  if (!named || (*named && (*named)->value.id == id))
    return named;
  auto own = event_id::parse(id);
  if (!own)
    return std::optional<accepted_event>{};
  return find(*own);
}

expected<std::optional<accepted_event>> event_repository::find_by_key(std::string_view key) const {
  auto id = find_event_id(tx_, key);
  if (!id)
    return id.error();
  if (!*id)
    return std::optional<accepted_event>{};
  auto result = find(**id);
  if (result && !*result)
    return corrupt(database::idempotency, key, "names an event that is not there");
  return result;
}

expected<page<accepted_event>> event_repository::list(const page_request& request,
                                                      const event_sieve& keeps,
                                                      uint32_t max_scanned) const {
  auto from = read_id_cursor(request.cursor);
  if (!from)
    return from.error();
  auto at = tx_.open_cursor(database::events);
  if (!at)
    return at.error();
  page<accepted_event> result;
  page_fill fill{request};
  uint32_t scanned = 0;
  event_id last_seen;
  auto found = *from ? at->seek_before(as_key(**from)) : at->last();
  for (; found && *found; found = at->previous()) {
    if (fill.is_full() || scanned >= max_scanned) {
      result.next_cursor = to_string(last_seen);
      break;
    }
    ++scanned;
    last_seen = record_reader{database::events, at->key(), at->key()}.id<event_id>();
    auto record = decode_event(at->key(), at->value());
    if (!record && !is_unreadable(record.error()))
      return record.error();
    if (!record || (keeps && !keeps(record->value)))
      continue;
    fill.add(at->value().size());
    result.entries.push_back(std::move(record->value));
  }
  if (!found)
    return found.error();
  return result;
}

} // namespace tocsin::storage
