#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/stats_text.hpp"
#include "app/cli/stats_watch.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>

#include <chrono>
#include <memory>

namespace tocsin::cli {

namespace {

std::string stats_text(const boost::json::value& x) {
  auto result = node_text(x);
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
  return result + storage_text(x);
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
  auto* stats = root.add_subcommand("stats", "Show how every actor and every channel is doing");
  auto options = std::make_shared<watch_options>();
  auto* watch
    = stats->add_flag("--watch", options->is_wanted, "Show them live, with rates, until Ctrl-C");
  stats->add_option("--interval", options->interval_seconds, "Seconds between two reports")
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
