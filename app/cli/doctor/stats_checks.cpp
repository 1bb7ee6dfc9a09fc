#include "app/cli/doctor/checks.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/size_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tocsin::cli {

namespace {

void check_version(const boost::json::value& stats, findings& found) {
  auto theirs = cell(stats, "version");
  if (theirs == TOCSIN_VERSION)
    found.push_back({grade::ok, "version", "both are " + theirs});
  else
    found.push_back({grade::warn, "version",
                     fmt::format("the service is {}, this program {}", theirs, TOCSIN_VERSION),
                     "use the tocsin that came with the service"});
}

void check_channel(const boost::json::value& x, findings& found) {
  auto name = fmt::format("channel '{}'", cell(x, "name"));
  if (is_set(x, "parked"))
    found.push_back({grade::fail, name, "is parked: it cannot be started, or crashed repeatedly",
                     "the log of tocsind says why; a change of the channel restarts it"});
  if (auto breaker = cell(x, "breaker"); breaker != "closed")
    found.push_back(
      {grade::warn, name,
       fmt::format("its circuit breaker is {}, {} deliveries wait", breaker, cell(x, "pending")),
       fmt::format("'tocsin channel test {}' says what its endpoint answers", cell(x, "channel"))});
}

void check_door(const boost::json::value& x, findings& found) {
  auto name = fmt::format("CAF door: {} {}", cell(x, "role"), cell(x, "name"));
  auto until = parse_rfc3339(cell(x, "expires_at"));
  if (until)
    found.push_back(judge_certificate(name, *until, system_wall_clock()(),
                                      "issue a new one with 'tocsin pki issue'"));
}

/// Nothing of a service that does not tell.
void check_pause(const boost::json::value& stats, findings& found) {
  auto& pause = member(stats, "pause");
  if (pause.is_object())
    found.push_back({grade::warn, "pause",
                     fmt::format("all deliveries are paused until {}: {}", cell(pause, "until"),
                                 cell(pause, "reason")),
                     "'tocsin resume' ends it"});
}

/// How near the storage is to the end of its map or of the disk.
void check_room(const boost::json::value& stats, findings& found) {
  auto& storage = member(stats, "storage");
  if (!storage.is_object())
    return;
  auto room = member(storage, "room_bytes").to_number<uint64_t>();
  auto reserve = member(member(stats, "retention"), "reserve_bytes").to_number<uint64_t>();
  auto detail
    = fmt::format("{} can still be stored; the reserve is {}", size_text(room), size_text(reserve));
  if (room < reserve)
    found.push_back({grade::fail, "storage", detail,
                     "new events are refused: free disk space, or raise storage.map_limit"});
  else if (room < 4 * reserve)
    found.push_back({grade::warn, "storage", detail,
                     "free disk space, raise storage.map_limit or lower storage.event_retention"});
  else
    found.push_back({grade::ok, "storage", detail});
}

const boost::json::array& list_of(const boost::json::value& x, std::string_view name) {
  static const boost::json::array none;
  const auto* list = member(x, name).if_array();
  return list != nullptr ? *list : none;
}

} // namespace

void check_stats(session& on, findings& found) {
  auto reply = on.exchange({"GET", "/stats/actors", {}, {}});
  boost::json::error_code ec;
  boost::json::value stats;
  if (reply && reply->is_success())
    stats = boost::json::parse(reply->body, ec);
  if (!stats.is_object()) {
    found.push_back({grade::fail, "stats", "cannot be read", "see the log of tocsind"});
    return;
  }
  check_version(stats, found);
  check_pause(stats, found);
  check_room(stats, found);
  auto before = found.size();
  for (const auto& x : list_of(stats, "channels"))
    check_channel(x, found);
  if (found.size() == before)
    found.push_back({grade::ok, "breakers", "all closed, and no channel is parked"});
  for (const auto& x : list_of(stats, "certificates"))
    check_door(x, found);
}

} // namespace tocsin::cli
