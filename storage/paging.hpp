#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "messages/page.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::storage {

/// How many entries a page may have, whatever was asked for (`page_request::limit`).
inline size_t page_limit(const page_request& x) {
  return std::clamp<size_t>(x.limit, 1, 250);
}

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

} // namespace tocsin::storage
