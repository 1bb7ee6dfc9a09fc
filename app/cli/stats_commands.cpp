#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/size_text.hpp"
#include "app/cli/stats_watch.hpp"
#include "app/cli/table.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <memory>

namespace tocsin::cli {

namespace {

std::string growth_text(const boost::json::value& x) {
  if (!x.is_object())
    return "not known before a minute has passed";
  auto rate = member(x, "bytes_per_day").to_number<int64_t>();
  return fmt::format("{}{} a day, since {}", rate < 0 ? "-" : "",
                     size_text(static_cast<uint64_t>(std::abs(rate))), cell(x, "since"));
}

/// What the storage holds; empty of a service that does not tell.
std::string storage_text(const boost::json::value& x) {
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

std::string pause_line(const boost::json::value& x) {
  if (!x.is_object())
    return {};
  return fmt::format("all deliveries are paused until {}\n", cell(x, "until"));
}

std::string stats_text(const boost::json::value& x) {
  auto result = fmt::format("tocsind {}, up {} s\n", cell(x, "version"), cell(x, "uptime_seconds"));
  result += pause_line(member(x, "pause")) + '\n';
  result += list_text(member(x, "actors"), {{"ACTOR", "name"},
                                            {"ALIVE", "instances", align::right},
                                            {"MAILBOX", "mailbox_depth", align::right},
                                            {"HANDLED", "messages_handled", align::right},
                                            {"RESTARTS", "restarts", align::right},
                                            {"BUSY US", "busy_us", align::right}});
  const auto* channels = member(x, "channels").if_array();
  if (channels && !channels->empty())
    result += '\n'
              + list_text(*channels, {{"CHANNEL", "name"},
                                      {"TYPE", "type"},
                                      {"SENT", "sent", align::right},
                                      {"FAILED", "failed", align::right},
                                      {"RETRIED", "retried", align::right},
                                      {"IN FLIGHT", "in_flight", align::right},
                                      {"PENDING", "pending", align::right},
                                      {"RESTARTS", "restarts", align::right},
                                      {"PARKED", "parked"},
                                      {"BREAKER", "breaker"},
                                      {"P50 MS", "latency_p50_ms", align::right, 2},
                                      {"P99 MS", "latency_p99_ms", align::right, 2}});
  const auto* certificates = member(x, "certificates").if_array();
  if (certificates && !certificates->empty())
    result += '\n'
              + list_text(*certificates, {{"CERTIFICATE", "name"},
                                          {"ROLE", "role"},
                                          {"EXPIRES AT", "expires_at"},
                                          {"CONNECTIONS", "connections", align::right}});
  return result + storage_text(member(x, "storage"));
}

struct watch_options {
  bool is_wanted = false;
  double interval_seconds = 2;

  std::chrono::milliseconds interval() const {
    return std::chrono::round<std::chrono::milliseconds>(
      std::chrono::duration<double>{interval_seconds});
  }
};

} // namespace

void add_stats_commands(CLI::App& root, command_line& line) {
  auto* stats = root.add_subcommand("stats", "How every actor and every channel is doing");
  auto options = std::make_shared<watch_options>();
  auto* watch
    = stats->add_flag("--watch", options->is_wanted, "Show them live, with rates, until Ctrl-C");
  stats->add_option("--interval", options->interval_seconds, "Seconds between two looks")
    ->check(CLI::Range(0.1, 3600.0))
    ->capture_default_str()
    ->needs(watch);
  stats->callback([&line, options] {
    line.choose([options](session& on) {
      if (options->is_wanted)
        return watch_stats(on, options->interval());
      auto reply = on.call({"GET", "/stats/actors", {}, {}});
      if (!reply)
        return reply.error();
      on.print(*reply, stats_text);
      return exit_code::ok;
    });
  });
}

} // namespace tocsin::cli
