#include "app/bench/limits/limits_report.hpp"

#include "app/bench/figures.hpp"
#include "app/bench/limits/aims.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/table.hpp"

#include <fmt/format.h>

#include <utility>

namespace tocsin::bench {

namespace {

/// What one load got through, in comparable figures.
struct flow {
  double accepted_per_second = 0;
  double delivered_per_second = 0;
  /// None where the process is not known.
  std::optional<double> cpu_us_per_event;
  double accept_p50_ms = 0;
  double accept_p99_ms = 0;
};

flow flow_of(const load_result& x, std::optional<std::chrono::nanoseconds> cpu, uint64_t events) {
  flow result;
  result.accepted_per_second = per_second(x.counts.accepted, x.accepted_within);
  result.delivered_per_second = per_second(x.counts.delivered, x.delivered_within);
  if (cpu)
    result.cpu_us_per_event = share(*cpu, events, 1e-3);
  result.accept_p50_ms = ms(x.latencies.accept.percentile(50));
  result.accept_p99_ms = ms(x.latencies.accept.percentile(99));
  return result;
}

flow flow_of(const door_limit& x) {
  return flow_of(x.load, x.cpu, x.load.counts.accepted);
}

flow flow_of(const chain_limit& x) {
  return flow_of(x.load, x.use.cpu, x.load.counts.delivered);
}

flow flow_of(const run_report& x) {
  return flow_of(x.result, x.server.cpu, x.result.counts.delivered);
}

flow ratio(const flow& x, const flow& y) {
  flow result{quotient(x.accepted_per_second, y.accepted_per_second),
              quotient(x.delivered_per_second, y.delivered_per_second),
              {},
              quotient(x.accept_p50_ms, y.accept_p50_ms),
              quotient(x.accept_p99_ms, y.accept_p99_ms)};
  if (x.cpu_us_per_event && y.cpu_us_per_event)
    result.cpu_us_per_event = quotient(*x.cpu_us_per_event, *y.cpu_us_per_event);
  return result;
}

std::string commits_text(const std::vector<commit_limit>& commits) {
  using cli::align;
  cli::table rows{{{"records per commit"},
                   {"records/s", align::right},
                   {"commits/s", align::right},
                   {"p50 ms", align::right},
                   {"p99 ms", align::right}}};
  for (const auto& x : commits)
    rows.add({fmt::format("{}", x.batch), fmt::format("{:.0f}", per_second(x.records, x.elapsed)),
              fmt::format("{:.0f}", per_second(x.commits.count(), x.elapsed)),
              fmt::format("{:.3f}", ms(x.commits.percentile(50))),
              fmt::format("{:.3f}", ms(x.commits.percentile(99)))});
  return rows.text();
}

void add_flow(cli::table& rows, const char* name, const flow& x) {
  rows.add({name, fmt::format("{:.0f}", x.accepted_per_second),
            fmt::format("{:.0f}", x.delivered_per_second),
            x.cpu_us_per_event ? fmt::format("{:.1f}", *x.cpu_us_per_event) : "-",
            fmt::format("{:.3f}", x.accept_p50_ms), fmt::format("{:.3f}", x.accept_p99_ms)});
}

std::string flows_text(const limits_report& x) {
  using cli::align;
  cli::table rows{{{"stage"},
                   {"accepted/s", align::right},
                   {"delivered/s", align::right},
                   {"CPU us per event", align::right},
                   {"accept p50 ms", align::right},
                   {"p99 ms", align::right}}};
  auto door = flow_of(x.door);
  rows.add({"202 without work", fmt::format("{:.0f}", door.accepted_per_second), "-",
            fmt::format("{:.1f}", *door.cpu_us_per_event),
            fmt::format("{:.3f}", door.accept_p50_ms), fmt::format("{:.3f}", door.accept_p99_ms)});
  rows.add({"post to the sink", "-",
            fmt::format("{:.0f}", per_second(x.poster.arrived, x.poster.elapsed)),
            fmt::format("{:.1f}", share(x.poster.cpu, x.poster.arrived, 1e-3)), "-", "-"});
  auto chain = flow_of(x.chain);
  add_flow(rows, "chain of the three", chain);
  if (!x.service)
    return rows.text();
  auto service = flow_of(x.service->flood);
  add_flow(rows, "tocsind", service);
  auto of_chain = ratio(service, chain);
  rows.add({"tocsind / chain", fmt::format("{:.2f}", of_chain.accepted_per_second),
            fmt::format("{:.2f}", of_chain.delivered_per_second),
            of_chain.cpu_us_per_event ? fmt::format("{:.2f}", *of_chain.cpu_us_per_event) : "-",
            fmt::format("{:.2f}", of_chain.accept_p50_ms),
            fmt::format("{:.2f}", of_chain.accept_p99_ms)});
  return rows.text();
}

std::string commits_json(const std::vector<commit_limit>& commits) {
  std::string result;
  for (const auto& x : commits)
    result
      += fmt::format(R"({}{{"batch":{},"commits":{},"records":{},"records_per_second":{:.1f},)"
                     R"("commits_per_second":{:.1f},"commit_ms":{{"p50":{:.4f},"p99":{:.4f}}}}})",
                     result.empty() ? "" : ",", x.batch, x.commits.count(), x.records,
                     per_second(x.records, x.elapsed), per_second(x.commits.count(), x.elapsed),
                     ms(x.commits.percentile(50)), ms(x.commits.percentile(99)));
  return "[" + result + "]";
}

std::string cpu_json(const std::optional<double>& x) {
  return x ? fmt::format("{:.3f}", *x) : "null";
}

std::string door_json(const door_limit& x) {
  auto figures = flow_of(x);
  return fmt::format(R"({{"offered":{},"accepted":{},"accepted_per_second":{:.1f},)"
                     R"("cpu_us_per_event":{},"accept_ms":{{"p50":{:.4f},"p99":{:.4f}}}}})",
                     x.load.counts.offered, x.load.counts.accepted, figures.accepted_per_second,
                     cpu_json(figures.cpu_us_per_event), figures.accept_p50_ms,
                     figures.accept_p99_ms);
}

std::string poster_json(const poster_limit& x) {
  return fmt::format(R"({{"posted":{},"failed":{},"arrived":{},"delivered_per_second":{:.1f},)"
                     R"("cpu_us_per_event":{:.3f}}})",
                     x.posted, x.failed, x.arrived, per_second(x.arrived, x.elapsed),
                     share(x.cpu, x.arrived, 1e-3));
}

std::string flow_json(const flow& x) {
  return fmt::format(R"("accepted_per_second":{:.3f},"delivered_per_second":{:.3f},)"
                     R"("cpu_us_per_event":{},"accept_ms":{{"p50":{:.4f},"p99":{:.4f}}})",
                     x.accepted_per_second, x.delivered_per_second, cpu_json(x.cpu_us_per_event),
                     x.accept_p50_ms, x.accept_p99_ms);
}

std::string chain_json(const chain_limit& x) {
  return fmt::format(R"({{"events":{},"commits":{},"records":{},"posted":{},"failed":{},{}}})",
                     counts_json(x.load.counts), x.use.commits, x.use.records, x.use.posted,
                     x.use.failed, flow_json(flow_of(x)));
}

/// The service's figures and their ratios to those of the chain.
std::string service_json(const run_report& x, const chain_limit& chain) {
  auto figures = flow_of(x);
  auto ratios = ratio(figures, flow_of(chain));
  return fmt::format(R"({{"events":{},{},"ratio_to_chain":{{{}}}}})", counts_json(x.result.counts),
                     flow_json(figures), flow_json(ratios));
}

} // namespace

std::string limits_text(const limits_report& x) {
  auto result = fmt::format("{} connections, events of {} bytes, {:g} s for each stage\n\n{}\n{}",
                            x.options.connections, x.options.payload.event_bytes,
                            std::chrono::duration<double>{x.options.duration}.count(),
                            commits_text(x.commits), flows_text(x));
  if (x.service)
    result += '\n' + aims_text(aims_of(x));
  return result;
}

std::string limits_json(const limits_report& x) {
  auto text = fmt::format(
    R"({{"connections":{},"event_bytes":{},"seconds":{:g},"seed":{},"commits":{},"door":{},)"
    R"("poster":{},"chain":{},"service":{},"aims":{}}})",
    x.options.connections, x.options.payload.event_bytes,
    std::chrono::duration<double>{x.options.duration}.count(), x.options.payload.seed,
    commits_json(x.commits), door_json(x.door), poster_json(x.poster), chain_json(x.chain),
    x.service ? service_json(x.service->flood, x.chain) : "null", aims_json(aims_of(x)));
  return cli::indented(text) + '\n';
}

cli::exit_code limits_verdict(const limits_report& x) {
  auto chain = verdict(x.chain.load);
  auto is_whole = x.poster.failed == 0 && x.poster.arrived == x.poster.posted
                  && x.chain.use.failed == 0 && chain == cli::exit_code::ok;
  if (!is_whole)
    return cli::exit_code::not_delivered;
  return x.service ? x.service->code : cli::exit_code::ok;
}

} // namespace tocsin::bench
