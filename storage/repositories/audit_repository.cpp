#include "storage/repositories/audit_repository.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/audit_record.hpp"
#include "storage/records/id_range.hpp"
#include "storage/repositories/paging.hpp"

#include <string_view>

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
  page_fill fill{request};
  size_t looked_at = 0;
  audit_id last;
  // An id bears the instant of its entry, or a later one where the clock had been set back.
  auto since = filter.since ? first_id_at(*filter.since) : ulid{};
  auto found = *from ? at->seek_before(as_key(**from)) : at->last();
  for (; found && *found && at->key() >= as_key(since); found = at->previous()) {
    if (fill.is_full() || looked_at == max_looked_at) {
      result.next_cursor = to_string(last);
      break;
    }
    ++looked_at;
    last = record_reader{database::audit, at->key(), at->key()}.id<audit_id>();
    auto entry = decode_audit_entry(at->key(), at->value());
    if (!entry || !lets_through(filter, *entry))
      continue;
    fill.add(at->value().size());
    result.entries.push_back(std::move(*entry));
  }
  if (!found)
    return found.error();
  return result;
}

} // namespace tocsin::storage
