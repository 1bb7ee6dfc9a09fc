#include "app/bench/limits/aims.hpp"

#include "app/bench/figures.hpp"
#include "app/cli/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace tocsin::bench {

namespace {

double delivery_rate(const load_result& x) {
  return per_second(x.counts.delivered, x.delivered_within);
}

double accept_ms(const run_report& x, double percent) {
  return ms(x.result.latencies.accept.percentile(percent));
}

/// What a crowd waits, by a group commit; nothing without one.
void add_crowd(std::vector<aim>& aims, const crowd_limits& x, std::string key,
               std::string_view how) {
  if (x.commit)
    aims.push_back({std::move(key),
                    fmt::format("accept p99 of {} senders{} / a commit of {} records",
                                crowd_connections, how, x.commit->batch),
                    quotient(accept_ms(x.run, 99), ms(x.commit->commits.percentile(50))), 4});
}

} // namespace

std::vector<aim> aims_of(const limits_report& x) {
  std::vector<aim> result;
  if (!x.service)
    return result;
  const auto& service = *x.service;
  result.push_back({"delivered_of_chain", "delivered/s, tocsind / chain",
                    quotient(delivery_rate(service.flood.result), delivery_rate(x.chain.load)), 0.8,
                    true});
  auto single = std::find_if(x.commits.begin(), x.commits.end(),
                             [](const commit_limit& each) { return each.batch == 1; });
  if (single != x.commits.end())
    result.push_back(
      {"one_sender_p50_of_commit", "accept p50 of one sender / a commit of 1 record",
       quotient(accept_ms(service.one_sender, 50), ms(single->commits.percentile(50))), 1.5});
  add_crowd(result, service.crowd, "crowd_p99_of_commit", " that never pause");
  add_crowd(result, service.steady_crowd, "steady_crowd_p99_of_commit", " at half the rate");
  result.push_back({"steady_delivery_p50_ms",
                    fmt::format("ms from accepted to delivered, p50, at {:.0f} events/s",
                                service.steady.options.offer.rate),
                    ms(service.steady.result.latencies.delivery.percentile(50)), 3});
  return result;
}

std::string aims_text(const std::vector<aim>& aims) {
  using cli::align;
  cli::table rows{
    {{"aim"}, {"reached", align::right}, {"wanted", align::right}, {"", align::left}}};
  for (const auto& x : aims)
    rows.add({x.name, fmt::format("{:.2f}", x.reached),
              fmt::format("{} {:g}", x.is_least ? "at least" : "at most", x.wanted),
              x.is_reached() ? "" : "not reached"});
  return rows.text();
}

std::string aims_json(const std::vector<aim>& aims) {
  std::string result;
  for (const auto& x : aims)
    result
      += fmt::format(R"({}"{}":{{"reached":{:.4f},"wanted_{}":{:g}}})", result.empty() ? "" : ",",
                     x.key, x.reached, x.is_least ? "at_least" : "at_most", x.wanted);
  return "{" + result + "}";
}

} // namespace tocsin::bench
