#include "app/cli/channel_lookup.hpp"

#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "messages/ids.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <ostream>

namespace tocsin::cli {

namespace {

/// The channel with the id, or else all with the name.
outcome<boost::json::array> matching_channels(session& on, const channel_reference& wanted) {
  auto channels = read_entries(on, "/channels", {{"owner", wanted.owner}});
  if (!channels)
    return channels.error();
  bool may_be_id = parse_ulid(wanted.text).has_value();
  boost::json::array result;
  for (auto& x : *channels) {
    if (may_be_id && cell(x, "id") == wanted.text)
      return boost::json::array{x};
    if (cell(x, "name") == wanted.text)
      result.push_back(x);
  }
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
      fmt::format("several channels are named '{}': use --owner or the id", wanted.text));
    on.around().err << list_text(*found, {{"ID", "id"}, {"OWNER", "owner"}, {"TYPE", "type"}});
    return exit_code::usage;
  }
  const auto& x = found->front();
  return found_channel{cell(x, "id"), cell(x, "name"), x};
}

} // namespace tocsin::cli
