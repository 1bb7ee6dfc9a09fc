#include "app/cli/stats_text.hpp"

#include "app/cli/json_text.hpp"
#include "app/cli/size_text.hpp"
#include "app/cli/table.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdlib>

namespace tocsin::cli {

namespace {

std::string growth_text(const boost::json::value& x) {
  if (!x.is_object())
    return "known one minute after the start";
  auto rate = member(x, "bytes_per_day").to_number<int64_t>();
  return fmt::format("{}{} a day, since {}", rate < 0 ? "-" : "",
                     size_text(static_cast<uint64_t>(std::abs(rate))), cell(x, "since"));
}

} // namespace

std::string node_text(const boost::json::value& stats) {
  auto result
    = fmt::format("tocsind {}, up {} s\n", cell(stats, "version"), cell(stats, "uptime_seconds"));
  if (const auto& pause = member(stats, "pause"); pause.is_object())
    result += fmt::format("all deliveries are paused until {}\n", cell(pause, "until"));
  return result + '\n';
}

std::string storage_text(const boost::json::value& stats) {
  const auto& x = member(stats, "storage");
  if (!x.is_object())
    return {};
  auto size
    = [&x](std::string_view name) { return size_text(member(x, name).to_number<uint64_t>()); };
  auto rows = table::of_fields();
  rows.add({"file", size("file_bytes")});
  rows.add({"limit", size("map_limit_bytes")});
  rows.add({"in use", size("live_bytes")});
  rows.add({"free on the disk", size("disk_free_bytes")});
  rows.add({"can still be stored", size("room_bytes")});
  auto& growth = member(x, "growth");
  rows.add({"growth, last hour", growth_text(member(growth, "last_hour"))});
  rows.add({"growth, last day", growth_text(member(growth, "last_day"))});
  table records{{{"RECORDS"}, {"STORED", align::right}}};
  for (auto& [kind, entries] : member(x, "records").as_object())
    records.add({std::string{kind}, cell(entries)});
  return "\nSTORAGE\n" + rows.text() + '\n' + records.text();
}

} // namespace tocsin::cli
