#include "app/cli/doctor/checks.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <map>

namespace tocsin::cli {

namespace {

void check_disabled(const listed_entries& channels, findings& found) {
  size_t disabled = 0;
  for (const auto& x : channels) {
    if (member(x, "disabled_reason").is_null())
      continue;
    ++disabled;
    found.push_back(
      {grade::fail, fmt::format("channel '{}' of {}", cell(x, "name"), cell(x, "owner")),
       "the service has disabled it: " + cell(x, "disabled_reason"),
       fmt::format("fix it ('tocsin channel test {0}'), then 'tocsin channel enable {0}'",
                   cell(x, "id"))});
  }
  if (disabled == 0)
    found.push_back(
      {grade::ok, "channels", fmt::format("{}, none disabled by the service", channels.size())});
}

void check_admins(const listed_entries& admins, const listed_entries& channels, findings& found) {
  std::map<std::string, size_t> enabled;
  for (const auto& x : channels)
    if (is_set(x, "enabled"))
      ++enabled[cell(x, "owner")];
  size_t reached = 0;
  for (const auto& x : admins) {
    auto owner = "admin/" + cell(x, "name");
    if (enabled[owner] > 0)
      ++reached;
    else
      found.push_back({grade::warn, owner, "has no enabled channel, and is told of nothing",
                       fmt::format("'tocsin channel add TYPE --owner {}'", owner)});
  }
  if (reached == 0)
    found.push_back({grade::fail, "admins", "no problem is reported to anybody who runs the panel",
                     "give an admin a channel: 'tocsin channel add'"});
  else
    found.push_back({grade::ok, "admins",
                     fmt::format("{} of {} have an enabled channel", reached, admins.size())});
}

void check_dead_letters(const listed_entries& groups, findings& found) {
  uint64_t count = 0;
  for (const auto& x : groups)
    if (const auto& n = member(x, "count"); n.is_number())
      count += n.to_number<uint64_t>();
  if (count == 0)
    found.push_back({grade::ok, "dead letters", "none wait"});
  else
    found.push_back({grade::warn, "dead letters",
                     fmt::format("{} wait, in {} groups of channel and code", count, groups.size()),
                     "'tocsin deadletter groups' says why; then replay or discard them"});
}

} // namespace

void check_channels(session& on, findings& found) {
  auto admins = read_entries(on, "/admins");
  auto channels = admins ? read_entries(on, "/channels") : admins;
  auto groups = channels ? read_entries(on, "/dead-letters/groups") : channels;
  if (!groups) {
    found.push_back({grade::fail, "channels", "the lists of the service cannot be read",
                     "see the log of tocsind"});
    return;
  }
  check_disabled(*channels, found);
  check_admins(*admins, *channels, found);
  check_dead_letters(*groups, found);
}

} // namespace tocsin::cli
