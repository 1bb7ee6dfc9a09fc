#include "app/cli/channel_lookup.hpp"

#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "messages/ids.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <ostream>

namespace tocsin::cli {

namespace {

/// All channels, page by page, that bear the id or the name.
outcome<boost::json::array> matching_channels(session& on, const channel_reference& wanted) {
  bool may_be_id = parse_ulid(wanted.text).has_value();
  boost::json::array result;
  std::string cursor;
  do {
    auto query = url_query({{"owner", wanted.owner}, {"limit", "250"}, {"cursor", cursor}});
    auto page = on.call({"GET", "/channels" + query, {}, {}});
    if (!page)
      return page.error();
    if (const auto* entries = member(page->value, "data").if_array())
      for (const auto& x : *entries) {
        if (may_be_id && cell(x, "id") == wanted.text)
          return boost::json::array{x};
        if (cell(x, "name") == wanted.text)
          result.push_back(x);
      }
    const auto& next = member(page->value, "next_cursor");
    cursor = next.is_string() ? cell(next) : std::string{};
  } while (!cursor.empty());
  return result;
}

} // namespace

outcome<found_channel> find_channel(session& on, const channel_reference& wanted) {
  auto found = matching_channels(on, wanted);
  if (!found)
    return found.error();
  if (found->empty())
    return on.fail_with(exit_code::refused,
                        fmt::format("there is no channel with the id or name '{}'", wanted.text));
  if (found->size() > 1) {
    on.fail_with(
      exit_code::usage,
      fmt::format("several channels are named '{}': say --owner or the id", wanted.text));
    on.around().err << list_text(*found, {{"ID", "id"}, {"OWNER", "owner"}, {"TYPE", "type"}});
    return exit_code::usage;
  }
  const auto& x = found->front();
  return found_channel{cell(x, "id"), cell(x, "name"), x};
}

} // namespace tocsin::cli
