#include "storage/audit_repository.hpp"

#include "storage/audit_record.hpp"
#include "storage/codec.hpp"
#include "storage/erase_all.hpp"
#include "storage/expiry.hpp"
#include "storage/id_range.hpp"
#include "storage/paging.hpp"

#include <algorithm>
#include <vector>

namespace tocsin::storage {

namespace {

/// One page looks at no more entries than this, so that a filter that lets few through cannot hold
/// a transaction open for long.
constexpr size_t max_looked_at = 5000;

bool is_within(std::string_view object, std::string_view wanted) {
  return object.starts_with(wanted)
         && (object.size() == wanted.size() || object[wanted.size()] == '/');
}

bool lets_through(const audit_filter& filter, const audit_entry& x) {
  return (!filter.kind || *filter.kind == x.by.kind)
         && (filter.author.empty() || filter.author == x.by.id)
         && (filter.object.empty() || is_within(x.object, filter.object))
         && (!filter.since || x.at >= *filter.since);
}

expected<timestamp> made_at(byte_view key, byte_view value) {
  auto x = decode_audit_entry(key, value);
  if (!x)
    return x.error();
  return x->at;
}

} // namespace

expected<page<audit_entry>> audit_repository::list(const audit_filter& filter,
                                                   const page_request& request) const {
  auto from = read_id_cursor(request.cursor);
  if (!from)
    return from.error();
  auto at = tx_.open_cursor(database::audit);
  if (!at)
    return at.error();
  page<audit_entry> result;
  auto limit = page_limit(request);
  size_t looked_at = 0;
  audit_id last;
  // An id bears the instant of its entry, or a later one where the clock had been set back.
  auto since = filter.since ? first_id_at(*filter.since) : ulid{};
  auto found = *from ? at->seek_before(as_key(**from)) : at->last();
  for (; found && *found && at->key() >= as_key(since); found = at->previous()) {
    if (result.entries.size() == limit || looked_at == max_looked_at) {
      result.next_cursor = to_string(last);
      break;
    }
    ++looked_at;
    last = record_reader{database::audit, at->key(), at->key()}.id<audit_id>();
    auto entry = decode_audit_entry(at->key(), at->value());
    if (entry && lets_through(filter, *entry))
      result.entries.push_back(std::move(*entry));
  }
  if (!found)
    return found.error();
  return result;
}

expected<audit_prune_result> prune_audit(write_transaction& tx, timestamp now,
                                         std::chrono::milliseconds kept_for, uint32_t limit,
                                         const audit_id& from, const fault_sink& on_unreadable) {
  expiry expires{now, kept_for};
  audit_prune_result result;
  std::vector<std::string> keys;
  {
    auto is_last_ahead = expires.is_last_ahead(tx, database::audit, made_at);
    auto at = tx.open_cursor(database::audit);
    if (!at)
      return at.error();
    auto found = at->seek(as_key(from));
    for (uint32_t looked_at = 0; found && *found; ++looked_at) {
      if (looked_at == std::max(limit, 1u)) {
        result.resume = record_reader{database::audit, at->key(), at->key()}.id<audit_id>();
        break;
      }
      auto entry = decode_audit_entry(at->key(), at->value());
      if (!entry)
        on_unreadable(entry.error().detail);
      else if (expires.is_over(entry->at))
        keys.emplace_back(at->key());
      else if (auto further = expires.look_on(entry->id, entry->at, is_last_ahead)) {
        found = at->seek(as_key(*further));
        continue;
      } else
        break;
      found = at->next();
    }
    if (!found)
      return found.error();
  }
  if (auto erased = erase_all(tx, database::audit, keys); !erased)
    return erased.error();
  result.entries = static_cast<uint32_t>(keys.size());
  return result;
}

} // namespace tocsin::storage
