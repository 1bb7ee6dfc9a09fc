#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tocsin {

/// The most entries that one answer lists.
inline constexpr uint32_t max_page_entries = 250;

/// Which part of a list is asked for.
struct page_request {
  /// At most this many entries, 1 to `max_page_entries`.
  uint32_t limit = 50;
  /// `next_cursor` of the page before; empty for the first.
  std::string cursor;
};

/// One part of a list.
template <class T>
struct page {
  std::vector<T> entries;
  /// Empty on the last page.
  std::string next_cursor;
};

} // namespace tocsin
