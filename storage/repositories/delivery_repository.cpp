#include "storage/repositories/delivery_repository.hpp"

#include "storage/engine/codec.hpp"
#include "storage/engine/lookup.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/records/attempt_record.hpp"
#include "storage/records/delivery_record.hpp"
#include "storage/records/id_range.hpp"
#include "storage/repositories/delivery_sieve.hpp"
#include "storage/repositories/last_attempt.hpp"
#include "storage/repositories/paging.hpp"

#include <algorithm>

namespace tocsin::storage {

namespace {

/// Fills in what the newest attempt at `x` tells, if there is one.
void add_outcome(delivery& x, std::optional<attempt> last) {
  if (!last)
    return;
  x.last_code = std::move(last->result.code);
  x.last_text = std::move(last->result.text);
}

expected<delivery> read_whole(const transaction& tx, byte_view key, byte_view value) {
  auto head = decode_head(key, value);
  if (!head)
    return head.error();
  auto result = decode_delivery(key, value);
  if (!result)
    return result;
  auto last = last_attempt(tx, result->id, head->last_number);
  if (!last)
    return last.error();
  add_outcome(*result, std::move(*last));
  return result;
}

/// Where a list begins: before the cursor and before the end of the time that is asked for.
std::optional<ulid> first_bound(std::optional<ulid> cursor, const delivery_filter& filter) {
  if (!filter.until)
    return cursor;
  auto end = first_id_at(*filter.until);
  return cursor ? std::min(*cursor, end) : end;
}

/// The delivery under `key`, if it passes the filter and its sieve.
expected<std::optional<delivery>> read_if_wanted(const transaction& tx, byte_view key,
                                                 byte_view value, const delivery_filter& filter,
                                                 delivery_sieve& sieve) {
  auto head = decode_head(key, value);
  if (!head)
    return head.error();
  auto id = record_reader{database::deliveries, key, key}.id<delivery_id>();
  auto passes = sieve.passes(id, *head);
  if (!passes)
    return passes.error();
  if (!*passes)
    return std::optional<delivery>{};
  auto result = read_whole(tx, key, value);
  if (!result)
    return result.error();
  if (filter.recipient && *filter.recipient != result->recipient)
    return std::optional<delivery>{};
  return std::optional{std::move(*result)};
}

} // namespace

expected<std::optional<delivery>> delivery_repository::find(const delivery_id& id) const {
  return find_record(tx_, database::deliveries, as_key(id),
                     [this](auto key, auto value) { return read_whole(tx_, key, value); });
}

expected<std::optional<delivery>>
delivery_repository::find_without_outcome(const delivery_id& id) const {
  return find_record(tx_, database::deliveries, as_key(id), decode_delivery);
}

expected<std::optional<delivery>> delivery_repository::find_as_of(const delivery_move& x) const {
  auto found = find_without_outcome(x.id);
  if (!found || !*found)
    return found;
  auto& result = **found;
  result.state = x.head.state;
  result.reason = x.head.reason;
  result.attempts = x.head.attempts;
  result.due_at = x.head.due_at;
  result.finished_at = x.head.finished_at;
  result.resent_at = x.head.resent_at;
  // It was the newest one then, and may have made room for a later one since.
  auto last
    = find_record(tx_, database::attempts, attempt_key{x.id, x.head.last_number}, decode_attempt);
  if (!last)
    return last.error();
  add_outcome(result, std::move(*last));
  return found;
}

expected<std::vector<delivery>> delivery_repository::of_event(const accepted_event& x) const {
  std::vector<delivery> result;
  if (x.deliveries == 0)
    return result;
  auto at = tx_.open_cursor(database::deliveries);
  if (!at)
    return at.error();
  auto found = at->seek(as_key(x.id.plus(1)));
  auto last = x.id.plus(x.deliveries);
  uint32_t seen = 0;
  for (; found && *found && at->key() <= as_key(last); found = at->next()) {
    auto each = read_whole(tx_, at->key(), at->value());
    if (!each && !is_unreadable(each.error()))
      return each.error();
    if (each && each->event != x.id)
      break;
    ++seen;
    if (each)
      result.push_back(std::move(*each));
  }
  if (!found)
    return found.error();
  if (seen < x.deliveries)
    return corrupt(database::events, as_key(x.id), "lacks deliveries that it counts");
  return result;
}

expected<page<delivery>> delivery_repository::list(const delivery_filter& filter,
                                                   const page_request& request,
                                                   uint32_t max_scanned) const {
  auto from = read_id_cursor(request.cursor);
  if (!from)
    return from.error();
  auto at = tx_.open_cursor(database::deliveries);
  if (!at)
    return at.error();
  page<delivery> result;
  delivery_sieve sieve{tx_, filter};
  auto limit = page_limit(request);
  uint32_t scanned = 0;
  delivery_id last_seen;
  auto before = first_bound(*from, filter);
  auto since = filter.since ? first_id_at(*filter.since) : ulid{};
  auto found = before ? at->seek_before(as_key(*before)) : at->last();
  for (; found && *found && at->key() >= as_key(since); found = at->previous()) {
    if (result.entries.size() == limit || scanned >= std::max(max_scanned, 1u)) {
      result.next_cursor = to_string(last_seen);
      break;
    }
    ++scanned;
    last_seen = record_reader{database::deliveries, at->key(), at->key()}.id<delivery_id>();
    auto each = read_if_wanted(tx_, at->key(), at->value(), filter, sieve);
    if (!each && !is_unreadable(each.error()))
      return each.error();
    if (each && *each)
      result.entries.push_back(std::move(**each));
  }
  if (!found)
    return found.error();
  return result;
}

expected<std::vector<attempt>> delivery_repository::attempts(const delivery_id& id) const {
  auto at = tx_.open_cursor(database::attempts);
  if (!at)
    return at.error();
  std::vector<attempt> result;
  auto found = at->seek_before(as_key(id.plus(1)));
  for (; found && *found && at->key().starts_with(as_key(id)); found = at->previous()) {
    if (result.size() == most_kept_attempts)
      break;
    auto each = decode_attempt(at->key(), at->value());
    if (!each)
      return each.error();
    result.push_back(std::move(*each));
  }
  if (!found)
    return found.error();
  std::reverse(result.begin(), result.end());
  return result;
}

} // namespace tocsin::storage
