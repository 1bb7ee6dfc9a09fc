#include "app/cli/stats_watch.hpp"

#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/stats_text.hpp"

#include <boost/json.hpp>

#include <ostream>
#include <utility>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

using seconds = std::chrono::duration<double>;

/// Moves the cursor home and clears the screen (ECMA-48, CUP and ED).
constexpr const char* clear_screen = "\x1b[H\x1b[2J";

/// A counter, and the rate that is made of it.
struct rated_counter {
  const char* counter;
  const char* rate;
  /// What one unit of the counter is in units of the rate.
  double scale;
};

constexpr rated_counter of_actors[]
  = {{"messages_handled", "handled_per_second", 1}, {"busy_us", "busy_percent", 100.0 / 1e6}};
constexpr rated_counter of_channels[] = {{"sent", "sent_per_second", 1},
                                         {"failed", "failed_per_second", 1},
                                         {"retried", "retried_per_second", 1}};

double number(const json::value& x, std::string_view name) {
  const auto& found = member(x, name);
  return found.is_number() ? found.to_number<double>() : 0;
}

/// The entry of the list `entries` with the same `key` as `x`; null if there is none.
const json::value& find_same(const json::value& entries, const json::value& x,
                             std::string_view key) {
  static const json::value none;
  if (const auto* list = entries.if_array())
    for (const auto& each : *list)
      if (member(each, key) == member(x, key))
        return each;
  return none;
}

template <size_t N>
void add_rates(const json::value& before, json::value& now, std::string_view key,
               const rated_counter (&counters)[N], seconds passed) {
  auto* entries = now.if_array();
  if (!entries)
    return;
  for (auto& x : *entries) {
    auto* fields = x.if_object();
    if (!fields)
      continue;
    const auto& old = find_same(before, x, key);
    for (const auto& each : counters) {
      auto grown = number(x, each.counter) - number(old, each.counter);
      auto& rate = (*fields)[each.rate];
      if (old.is_object() && grown >= 0 && passed.count() > 0)
        rate = grown * each.scale / passed.count();
    }
  }
}

std::string rates_text(const json::value& x) {
  auto result = node_text(x);
  result += list_text(member(x, "actors"), {{"ACTOR", "name"},
                                            {"ALIVE", "instances", align::right},
                                            {"MAILBOX", "mailbox_depth", align::right},
                                            {"HANDLED/S", "handled_per_second", align::right, 1},
                                            {"BUSY %", "busy_percent", align::right, 1},
                                            {"RESTARTS", "restarts", align::right}});
  const auto* channels = member(x, "channels").if_array();
  if (channels && !channels->empty())
    result += '\n'
              + list_text(*channels, {{"CHANNEL", "name"},
                                      {"TYPE", "type"},
                                      {"SENT/S", "sent_per_second", align::right, 1},
                                      {"FAILED/S", "failed_per_second", align::right, 1},
                                      {"RETRIED/S", "retried_per_second", align::right, 1},
                                      {"IN FLIGHT", "in_flight", align::right},
                                      {"PENDING", "pending", align::right},
                                      {"PARKED", "parked"},
                                      {"BREAKER", "breaker"},
                                      {"P50 MS", "latency_p50_ms", align::right, 2},
                                      {"P99 MS", "latency_p99_ms", align::right, 2}});
  return result + storage_text(x);
}

} // namespace

json::value with_rates(const json::value& before, json::value now, seconds passed) {
  auto is_same_run = number(now, "uptime_seconds") >= number(before, "uptime_seconds");
  const auto& old = is_same_run ? before : json::value{};
  if (auto* fields = now.if_object()) {
    add_rates(member(old, "actors"), (*fields)["actors"], "name", of_actors, passed);
    add_rates(member(old, "channels"), (*fields)["channels"], "channel", of_channels, passed);
  }
  return now;
}

exit_code watch_stats(session& on, std::chrono::milliseconds interval) {
  auto& around = on.around();
  json::value before;
  auto asked_before = around.now();
  for (bool is_first = true;; is_first = false) {
    auto asked = around.now();
    auto reply = on.call({"GET", "/stats/actors", {}, {}});
    if (!reply && (is_first || reply.error() != exit_code::unreachable))
      return reply.error();
    if (reply) {
      if (around.is_terminal)
        around.out << clear_screen;
      on.print(*reply, [&](const json::value& now) {
        return rates_text(with_rates(before, now, asked - asked_before));
      });
      if (!around.is_terminal)
        on.remark("");
      before = std::move(reply->value);
      asked_before = asked;
    }
    if (!around.out.flush() || !around.rest(interval))
      return exit_code::ok;
  }
}

} // namespace tocsin::cli
