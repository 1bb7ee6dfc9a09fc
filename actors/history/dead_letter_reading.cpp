#include "actors/history/dead_letter_reading.hpp"

#include "actors/history/delivery_reading.hpp"
#include "policy/replay.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/records/attempt_record.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/paging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace tocsin {

namespace {

/// The number of groups before a page. Errors: invalid_argument.
expected<size_t> read_place(const std::string& cursor) {
  size_t result = 0;
  if (cursor.empty())
    return result;
  auto end = cursor.data() + cursor.size();
  auto [at, ec] = std::from_chars(cursor.data(), end, result);
  if (ec != std::errc{} || at != end)
    return storage::bad_cursor();
  return result;
}

} // namespace

dead_letter_reader::dead_letter_reader(const storage::transaction& tx,
                                       const dead_letter_selection& selection)
  : tx_(tx),
    filter_{selection.channel, selection.since, selection.until, selection.code},
    event_type_(selection.event_type) {}

expected<dead_letter_reader> dead_letter_reader::make(const storage::transaction& tx,
                                                      const dead_letter_selection& selection) {
  dead_letter_reader result{tx, selection};
  if (selection.customer.empty())
    return result;
  auto names = names_of_customer(tx, selection.customer);
  if (!names)
    return names.error();
  result.customers_ = std::move(*names);
  return result;
}

bool dead_letter_reader::passes(const event& x) const {
  if (!event_type_.empty() && x.type != event_type_)
    return false;
  return customers_.empty()
         || std::find(customers_.begin(), customers_.end(), x.customer) != customers_.end();
}

expected<dead_letter_part> dead_letter_reader::list(storage::dead_letter_order order,
                                                    const page_request& request) const {
  auto listed = storage::dead_letter_repository{tx_}.list(filter_, order, request);
  if (!listed)
    return listed.error();
  dead_letter_part result;
  auto& letters = result.letters;
  storage::page_fill fill{request};
  const storage::dead_letter* last_seen = nullptr;
  for (auto& entry : listed->entries) {
    if (fill.is_full()) {
      letters.next_cursor = storage::cursor_after(*last_seen);
      return result;
    }
    last_seen = &entry;
    auto x = read_dead_letter(tx_, entry.delivery);
    if (!x && !storage::is_unreadable(x.error()))
      return x.error();
    if (!x) {
      ++result.unreadable;
    } else if (passes(x->value.carried)) {
      // As in every list, nobody looks at them.
      x->value.carried.details = {};
      fill.add(text_bytes(x->value));
      letters.entries.push_back(std::move(*x));
    }
  }
  letters.next_cursor = std::move(listed->next_cursor);
  return result;
}

expected<page<dead_letter_summary>> dead_letter_reader::groups(const page_request& request) const {
  auto from = read_place(request.cursor);
  if (!from)
    return from.error();
  auto all = storage::dead_letter_repository{tx_}.groups(filter_);
  if (!all)
    return all.error();
  std::stable_sort(all->begin(), all->end(), [](auto& a, auto& b) { return a.count > b.count; });
  page<dead_letter_summary> result;
  auto until = std::min(all->size(), *from + storage::page_limit(request));
  for (auto i = *from; i < until; ++i) {
    auto x = summary_of((*all)[i]);
    if (!x)
      return x.error();
    result.entries.push_back(std::move(*x));
  }
  if (until < all->size())
    result.next_cursor = std::to_string(until);
  return result;
}

/// The sample is the newest, which the index finds at once.
expected<dead_letter_summary>
dead_letter_reader::summary_of(const storage::dead_letter_group& x) const {
  using std::chrono::milliseconds;
  storage::dead_letter_filter newest{x.channel, x.last_at, x.last_at + milliseconds{1}, x.code};
  auto listed = storage::dead_letter_repository{tx_}.list(
    newest, storage::dead_letter_order::newest_first, {1, ""});
  if (!listed)
    return listed.error();
  dead_letter_summary result{x.channel, x.code, x.count, x.first_at, x.last_at, {}, {}};
  if (listed->entries.empty())
    return result;
  result.sample = listed->entries.front().delivery;
  auto found = storage::delivery_repository{tx_}.find(result.sample);
  if (!found && !storage::is_unreadable(found.error()))
    return found.error();
  if (found && *found)
    result.sample_text = std::move((*found)->last_text);
  return result;
}

expected<dead_letter_view> read_dead_letter(const storage::transaction& tx, const delivery_id& id) {
  auto x = read_delivery(tx, id);
  if (!x)
    return x.error();
  if (x->value.state != delivery_state::dead_letter)
    return fail(errc::conflict,
                fmt::format("the delivery is {} and no dead letter", to_string(x->value.state)));
  // What became of attempts that are no longer kept is not known.
  auto may_duplicate
    = x->attempts.size() >= storage::most_kept_attempts || policy::may_have_arrived(x->attempts);
  return dead_letter_view{std::move(*x), may_duplicate};
}

} // namespace tocsin
