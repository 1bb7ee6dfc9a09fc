#include "app/bench/report.hpp"

#include "app/bench/figures.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/table.hpp"
#include "messages/json_string.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin::bench {

namespace {

std::string load_text(const load_options& x) {
  auto rate = x.offer.rate > 0 ? fmt::format("{:.0f} events/s", x.offer.rate)
                               : std::string{"as fast as acknowledged"};
  auto window = x.window > 1 ? fmt::format(" with {} requests in flight each", x.window) : "";
  auto result
    = fmt::format("{} connections over {}{}, {} event(s) of {} bytes per request, {}\n",
                  x.connections, x.via, window, x.offer.batch, x.payload.event_bytes, rate);
  if (x.payload.customers > 0)
    result += fmt::format("{} customers, named by the events in turn\n", x.payload.customers);
  if (x.channels > 1 || x.dead_channels > 0)
    result += fmt::format("{} channels take each event, and {} with a dead endpoint\n", x.channels,
                          x.dead_channels);
  if (x.arrives_by == sink_kind::mails)
    result += "delivered by email\n";
  if (x.crash)
    result += fmt::format("killed with {} events accepted, and started again\n",
                          x.crash->after_accepted);
  if (x.has_outage)
    result += x.crash ? "the endpoint is out of order until then\n"
                      : "the endpoint is out of order until all events are answered\n";
  return result;
}

std::string counts_text(const load_result& x, const load_options& load) {
  auto rows = cli::table::of_fields();
  auto add = [&rows](const char* name, uint64_t count, bool always = false) {
    if (count > 0 || always)
      rows.add({name, fmt::format("{}", count)});
  };
  const auto& c = x.counts;
  add("offered", c.offered, true);
  add("accepted", c.accepted, true);
  add("refused", c.refused);
  for (const auto& [reason, count] : x.refused_by_reason)
    add(fmt::format("  with {}", reason).c_str(), count);
  add("unanswered", c.unanswered);
  add("delivered", c.delivered, true);
  add("missing", c.missing, true);
  add("duplicates", c.duplicates, true);
  add("unexpected", c.unexpected, true);
  add("of other events", c.foreign);
  auto own = c.accepted * (load.channels + load.dead_channels);
  if (x.deliveries_promised > own)
    add("deliveries to other channels", x.deliveries_promised - own);
  return rows.text();
}

double mib(uint64_t bytes) {
  return static_cast<double>(bytes) / (1 << 20);
}

std::string crash_text(const crash_figures& x) {
  auto rows = cli::table::of_fields();
  auto add = [&rows](const char* name, std::string value) { rows.add({name, std::move(value)}); };
  auto s = [](run_time y) { return fmt::format("{:.3f}", share(y, 1, 1e-9)); };
  add("owed when it was killed", fmt::format("{}", x.owed.events));
  add("ready again after s", s(x.ready_within));
  add("first owed event arrived after s", s(x.first_owed_within));
  add("last owed event arrived after s", s(x.last_owed_within));
  if (x.peak_rss_bytes)
    add("peak RSS MiB since", fmt::format("{:.1f}", mib(*x.peak_rss_bytes)));
  return rows.text() + '\n';
}

std::string rates_text(const run_report& x) {
  const auto& c = x.result.counts;
  auto rows = cli::table::of_fields();
  auto add = [&rows](const char* name, std::string value) { rows.add({name, std::move(value)}); };
  add("accepted/s", fmt::format("{:.0f}", per_second(c.accepted, x.result.accepted_within)));
  add("delivered/s", fmt::format("{:.0f}", per_second(c.delivered, x.result.delivered_within)));
  if (x.options.channels > 1)
    add("deliveries/s", fmt::format("{:.0f}", per_second(c.delivered * x.options.channels,
                                                         x.result.delivered_within)));
  if (x.result.drain) {
    add("first arrival after the outage s",
        fmt::format("{:.1f}", share(x.result.drain->noticed_within, 1, 1e-9)));
    add("drained/s",
        fmt::format("{:.0f}", per_second(c.delivered, x.result.drain->drained_within)));
  }
  if (x.server.cpu)
    add("server CPU s per 1,000 events",
        fmt::format("{:.4f}", share(*x.server.cpu, c.accepted, 1e-9 * 1000)));
  if (x.server.peak_rss_bytes)
    add("server peak RSS MiB", fmt::format("{:.1f}", mib(*x.server.peak_rss_bytes)));
  if (x.server.ready_within)
    add("server start s", fmt::format("{:.3f}", share(*x.server.ready_within, 1, 1e-9)));
  if (x.server.disk_bytes)
    add("disk bytes per event",
        fmt::format("{}", *x.server.disk_bytes / std::max<uint64_t>(c.accepted, 1)));
  add("connections to the endpoint", fmt::format("{}", x.result.sink_connections));
  add("bench CPU us per event", fmt::format("{:.1f}", share(x.result.own_cpu, c.offered, 1e-3)));
  return rows.text();
}

void add_latencies(cli::table& rows, const char* name, const histogram& x) {
  std::vector<std::string> cells{name};
  for (auto percent : {50.0, 95.0, 99.0, 99.9})
    cells.push_back(fmt::format("{:.2f}", ms(x.percentile(percent))));
  cells.push_back(fmt::format("{:.2f}", ms(x.max())));
  rows.add(std::move(cells));
}

std::string latencies_text(const event_latencies& x) {
  using cli::align;
  cli::table rows{{{"latency ms"},
                   {"p50", align::right},
                   {"p95", align::right},
                   {"p99", align::right},
                   {"p99.9", align::right},
                   {"max", align::right}}};
  add_latencies(rows, "accept", x.accept);
  add_latencies(rows, "accept to delivery", x.delivery);
  add_latencies(rows, "offer to delivery", x.total);
  return rows.text();
}

std::string latency_json(const histogram& x) {
  return fmt::format(R"({{"p50":{:.4f},"p95":{:.4f},"p99":{:.4f},"p999":{:.4f},"max":{:.4f}}})",
                     ms(x.percentile(50)), ms(x.percentile(95)), ms(x.percentile(99)),
                     ms(x.percentile(99.9)), ms(x.max()));
}

std::string load_json(const load_options& x) {
  return fmt::format(R"({{"via":"{}","connections":{},"window":{},"batch":{},"event_bytes":{},)"
                     R"("rate_per_second":{:.1f},"seed":{},"customers":{},"channels":{},)"
                     R"("dead_channels":{},"arrives_by":"{}"}})",
                     x.via, x.connections, x.window, x.offer.batch, x.payload.event_bytes,
                     x.offer.rate, x.payload.seed, x.payload.customers, x.channels, x.dead_channels,
                     x.arrives_by == sink_kind::mails ? "email" : "webhook");
}

std::string refusals_json(const std::map<std::string, uint64_t>& refused) {
  std::string result;
  for (const auto& [reason, count] : refused)
    result += fmt::format("{}\"{}\":{}", result.empty() ? "" : ",", reason, count);
  return "{" + result + "}";
}

std::string drain_json(const load_result& x) {
  if (!x.drain)
    return "null";
  return fmt::format(R"({{"first_arrival_after_ms":{:.1f},"drained_per_second":{:.1f}}})",
                     share(x.drain->noticed_within, 1, 1e-6),
                     per_second(x.counts.delivered, x.drain->drained_within));
}

std::string crash_json(const std::optional<crash_figures>& x) {
  if (!x)
    return "null";
  auto rss = x->peak_rss_bytes ? fmt::format("{}", *x->peak_rss_bytes) : "null";
  auto within = [](run_time y) { return share(y, 1, 1e-6); };
  return fmt::format(R"({{"owed":{},"ready_after_ms":{:.3f},"first_owed_after_ms":{:.3f},)"
                     R"("last_owed_after_ms":{:.3f},"peak_rss_bytes":{}}})",
                     x->owed.events, within(x->ready_within), within(x->first_owed_within),
                     within(x->last_owed_within), rss);
}

std::string server_json(const server_use& x, uint64_t events) {
  auto cpu = x.cpu ? fmt::format("{:.6f}", share(*x.cpu, events, 1e-9 * 1000)) : "null";
  auto rss = x.peak_rss_bytes ? fmt::format("{}", *x.peak_rss_bytes) : "null";
  auto disk = x.disk_bytes ? fmt::format("{}", *x.disk_bytes) : "null";
  auto ready = x.ready_within ? fmt::format("{:.3f}", share(*x.ready_within, 1, 1e-6)) : "null";
  return fmt::format(R"({{"cpu_seconds_per_1000_events":{},"peak_rss_bytes":{},"disk_bytes":{},)"
                     R"("start_ms":{}}})",
                     cpu, rss, disk, ready);
}

} // namespace

std::string report_text(const run_report& x) {
  auto result = load_text(x.options) + '\n' + counts_text(x.result, x.options) + '\n'
                + (x.result.crash ? crash_text(*x.result.crash) : "") + rates_text(x) + '\n'
                + latencies_text(x.result.latencies);
  if (!x.result.stopped_because.empty())
    result += fmt::format("\nended early: {}\n", x.result.stopped_because);
  return result;
}

std::string report_json(const run_report& x) {
  const auto& r = x.result;
  std::string stopped;
  append_json_string(stopped, r.stopped_because);
  auto text = fmt::format(
    R"({{"load":{},"events":{},"refused_by_reason":{},"deliveries_promised":{},)"
    R"("accepted_per_second":{:.1f},"delivered_per_second":{:.1f},"outage":{},"crash":{},)"
    R"("sink_connections":{},"latency_ms":{{"accept":{},)"
    R"("accept_to_delivery":{},"offer_to_delivery":{}}},"server":{},)"
    R"("bench":{{"cpu_us_per_event":{:.2f}}},"stopped_because":{}}})",
    load_json(x.options), counts_json(r.counts), refusals_json(r.refused_by_reason),
    r.deliveries_promised, per_second(r.counts.accepted, r.accepted_within),
    per_second(r.counts.delivered, r.delivered_within), drain_json(r), crash_json(r.crash),
    r.sink_connections, latency_json(r.latencies.accept), latency_json(r.latencies.delivery),
    latency_json(r.latencies.total), server_json(x.server, r.counts.accepted),
    share(r.own_cpu, r.counts.offered, 1e-3), r.stopped_because.empty() ? "null" : stopped);
  return cli::indented(text) + '\n';
}

cli::exit_code verdict(const load_result& x) {
  if (x.counts.missing > 0 || x.counts.unexpected > 0)
    return cli::exit_code::not_delivered;
  return x.stopped_because.empty() ? cli::exit_code::ok : cli::exit_code::refused;
}

} // namespace tocsin::bench
