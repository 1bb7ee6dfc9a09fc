#include "app/bench/peer_command.hpp"

#include "app/bench/http_sender.hpp"
#include "app/bench/process_meter.hpp"
#include "app/bench/report.hpp"
#include "app/bench/server_address.hpp"
#include "app/cli/session.hpp"

#include <boost/system/system_error.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <ostream>
#include <utility>

namespace tocsin::bench {

namespace {

using cli::exit_code;

/// What all processes used until now; nothing where one of them is not there.
server_use sum_of_use(const std::vector<int>& processes) {
  server_use result{std::chrono::nanoseconds{}, 0};
  for (auto process : processes) {
    auto use = use_of(process);
    if (!use.cpu || !use.peak_rss_bytes)
      return {};
    *result.cpu += *use.cpu;
    *result.peak_rss_bytes += *use.peak_rss_bytes;
  }
  return processes.empty() ? server_use{} : result;
}

} // namespace

exit_code run_peer(const peer_options& options, cli::surroundings& around) {
  auto address = find_server(options.url);
  if (!address)
    return cli::report_failure(address.error(), around);
  auto mark = run_mark::random();
  run_report report{load_of(options.load), {}, {}};
  auto& load = report.options;
  auto taker = options.api == "alertmanager" ? event_taker::alertmanager : event_taker::tocsin;
  load.senders = http_senders(
    {address->endpoint, address->authority, address->base_path, {}, load.connections, taker}, mark,
    load.payload);
  load.sink_port = options.sink_port;
  std::optional<load_run> run;
  try {
    run.emplace(mark, load);
  } catch (const boost::system::system_error& error) {
    auto text = fmt::format("port {} of the sink: {}", options.sink_port, error.code().message());
    return cli::report_failure(fail(errc::unavailable, std::move(text)), around);
  }
  auto before = sum_of_use(options.pids);
  report.result = run->run();
  report.server = sum_of_use(options.pids);
  if (report.server.cpu && before.cpu)
    *report.server.cpu -= *before.cpu;
  around.out << (options.load.format == "json" ? report_json(report) : report_text(report));
  return verdict(report.result);
}

void add_peer_command(CLI::App& root, std::function<exit_code(cli::surroundings&)>& chosen) {
  auto* peer = root.add_subcommand(
    "peer", "Offer events to a program other than Tocsin, which posts them to the sink");
  auto options = std::make_shared<peer_options>();
  auto& x = *options;
  peer->add_option("--url", x.url, "URL of the program")->required();
  peer->add_option("--api", x.api, "How it accepts events: tocsin or alertmanager")
    ->check(CLI::IsMember({"tocsin", "alertmanager"}))
    ->capture_default_str();
  peer
    ->add_option("--sink-port", x.sink_port,
                 "Port of 127.0.0.1 where it posts to; any path will do")
    ->check(CLI::Range(1, 65535))
    ->required();
  peer->add_option("--pid", x.pids, "A process of the program, for its CPU and memory")
    ->allow_extra_args(false);
  add_load_options(*peer, x.load);
  peer->callback([&chosen, options] {
    chosen = [options](cli::surroundings& around) { return run_peer(*options, around); };
  });
}

} // namespace tocsin::bench
