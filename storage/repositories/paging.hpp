#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "messages/page.hpp"
#include "storage/engine/cursor.hpp"
#include "storage/files/fault_sink.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tocsin::storage {

/// How many entries a page may have, whatever was asked for (`page_request::limit`).
inline size_t page_limit(const page_request& x) {
  return std::clamp<size_t>(x.limit, 1, max_page_entries);
}

/// A page is full once its entries hold this many bytes; the last one may go beyond them. A page is
/// in memory as a whole, more than once while it is answered, and many may be at the same time.
inline constexpr size_t max_page_bytes = 1024 * 1024;

/// How far a page is filled.
class page_fill {
public:
  explicit page_fill(const page_request& x) : limit_(page_limit(x)) {}

  /// Counts one entry that holds `bytes`.
  void add(size_t bytes) {
    ++entries_;
    bytes_ += bytes;
  }

  bool is_full() const { return entries_ >= limit_ || bytes_ >= max_page_bytes; }

private:
  size_t limit_;
  size_t entries_ = 0;
  size_t bytes_ = 0;
};

inline failure bad_cursor() {
  return fail(errc::invalid_argument, "the cursor is not one that this list gave",
              {{"/cursor", "invalid", "take it from 'next_cursor' of the page before"}});
}

/// Reads a cursor that is an id; nothing on the first page. Errors: invalid_argument.
inline expected<std::optional<ulid>> read_id_cursor(std::string_view cursor) {
  if (cursor.empty())
    return std::optional<ulid>{};
  auto id = parse_ulid(cursor);
  if (!id)
    return bad_cursor();
  return id;
}

/// Fills a page with what `read(key, value)`, which gives `expected<T>`, makes of entries: from
/// where `at` stands, as `found` tells, for as long as `belongs(key)`. What cannot be read is left
/// out. `cursor_after(entry)` is the cursor of a page that goes on after it.
/// Errors: those of `read`, storage_io.
template <class Read, class Belongs, class CursorAfter>
auto fill_page(cursor& at, expected<bool> found, const page_request& request, Read read,
               Belongs belongs, CursorAfter cursor_after)
  -> expected<page<typename decltype(read(byte_view{}, byte_view{}))::value_type>> {
  page<typename decltype(read(byte_view{}, byte_view{}))::value_type> result;
  page_fill fill{request};
  for (; found && *found && belongs(at.key()); found = at.next()) {
    if (fill.is_full()) {
      result.next_cursor = cursor_after(result.entries.back());
      break;
    }
    auto each = read(at.key(), at.value());
    if (!each && !is_unreadable(each.error()))
      return each.error();
    if (!each)
      continue;
    fill.add(at.value().size());
    result.entries.push_back(std::move(*each));
  }
  if (!found)
    return found.error();
  return result;
}

/// For lists that go to the end of their database.
inline bool belongs_always(byte_view) {
  return true;
}

} // namespace tocsin::storage
