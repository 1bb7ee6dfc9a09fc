#include "app/bench/run_command.hpp"

#include "app/bench/bench_channel.hpp"
#include "app/bench/load_run.hpp"
#include "app/bench/process_meter.hpp"
#include "app/bench/report.hpp"
#include "app/bench/server_address.hpp"
#include "app/bench/spawned_server.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <random>

namespace tocsin::bench {

namespace {

using cli::exit_code;

constexpr uint64_t default_events = 50'000;

load_options load_of(const run_options& options, const server_address& server,
                     const std::string& token) {
  load_options result;
  result.server = server.endpoint;
  result.authority = server.authority;
  result.base_path = server.base_path;
  result.token = token;
  result.connections = options.connections;
  auto seconds = std::chrono::duration<double>{options.duration_seconds};
  result.offer.duration = std::chrono::duration_cast<run_time>(seconds);
  bool is_endless = options.events == 0 && options.duration_seconds == 0;
  result.offer.events = is_endless ? default_events : options.events;
  result.offer.rate = options.rate;
  result.offer.batch = options.batch;
  result.payload = {options.size, options.seed};
  result.drain_limit = std::chrono::seconds{options.drain_seconds};
  return result;
}

/// The load on a server that is known, with a channel of its own.
exit_code run_on(const cli::connection& server, pid_t process, const run_options& options,
                 cli::surroundings& around) {
  auto address = find_server(server.url);
  if (!address)
    return cli::report_failure(address.error(), around);
  cli::session on{cli::http_client{server.url, server.token}, cli::output_format::table, around};
  run_mark mark{fmt::format("{:08x}", std::random_device{}())};
  run_report report{load_of(options, *address, server.token), {}, {}};
  load_run load{mark, report.options};
  auto channel = add_channel(on, mark, options.owner, load.sink_url());
  if (!channel)
    return channel.error();
  auto cpu_before = process > 0 ? cpu_time(process) : std::nullopt;
  report.result = load.run();
  if (process > 0) {
    auto cpu_after = cpu_time(process);
    if (cpu_before && cpu_after)
      report.server.cpu = *cpu_after - *cpu_before;
    report.server.peak_rss_bytes = peak_rss_bytes(process);
  }
  auto removed = remove_channel(on, *channel);
  around.out << (options.format == "json" ? report_json(report) : report_text(report));
  auto result = verdict(report.result);
  return result == exit_code::ok ? removed : result;
}

exit_code run_on_spawned(const run_options& options, cli::surroundings& around) {
  auto scratch = options.scratch.empty() ? std::filesystem::temp_directory_path()
                                         : std::filesystem::path{options.scratch};
  auto server = spawned_server::start({options.spawn, scratch, options.settings});
  if (!server)
    return cli::report_failure(server.error(), around);
  if (server->is_in_memory())
    around.err << "tocsin-bench: the data lie on tmpfs, where an fsync costs nothing; --scratch "
                  "chooses another place\n";
  return run_on({server->url(), server->token(), {}, {}}, server->pid(), options, around);
}

void add_server_options(CLI::App& run, run_options& x) {
  run.add_option("--url", x.connection.url, "URL of the service");
  run.add_option("--token", x.connection.token, "Token with all scopes, @FILE or -");
  run.add_option("--context", x.connection.context_file, "Context file of tocsin");
  auto* pid = run.add_option("--pid", x.pid, "Process of the service, for its CPU and memory");
  auto* spawn = run
                  .add_option("--spawn", x.spawn,
                              "Start this tocsind on fresh data, and end it after the run")
                  ->check(CLI::ExistingFile)
                  ->excludes(pid);
  run.add_option("--scratch", x.scratch, "Where the fresh data are made (the temporary directory)")
    ->check(CLI::ExistingDirectory)
    ->needs(spawn);
  run.add_option("--set", x.settings, "A setting of the started tocsind, as actors.threads=2")
    ->allow_extra_args(false)
    ->needs(spawn);
  run.add_option("--owner", x.owner, "Who owns the channel of the run")->capture_default_str();
}

void add_load_options(CLI::App& run, run_options& x) {
  run.add_option("--connections", x.connections, "Keep-alive connections")
    ->check(CLI::Range(1, 10'000))
    ->capture_default_str();
  run.add_option("--events", x.events, "End after so many events (50000 without --duration)");
  run.add_option("--duration", x.duration_seconds, "End after so many seconds")
    ->check(CLI::NonNegativeNumber);
  run.add_option("--rate", x.rate, "Events per second, whatever the answers; 0: as acknowledged")
    ->check(CLI::NonNegativeNumber);
  run.add_option("--batch", x.batch, "Events per request")
    ->check(CLI::Range(1, 1000))
    ->capture_default_str();
  run.add_option("--size", x.size, "Bytes of an event's JSON")
    ->check(CLI::Range(1, 1 << 20))
    ->capture_default_str();
  run.add_option("--seed", x.seed, "Decides about the texts of the events")->capture_default_str();
  run
    .add_option("--drain-seconds", x.drain_seconds,
                "Wait so long for accepted events after the last arrival")
    ->capture_default_str();
  run.add_option("--format", x.format, "table or json")->check(CLI::IsMember({"table", "json"}));
}

} // namespace

exit_code run_load(const run_options& options, cli::surroundings& around) {
  if (!options.spawn.empty())
    return run_on_spawned(options, around);
  auto server = cli::find_connection(options.connection, around);
  if (!server)
    return cli::report_failure(server.error(), around);
  return run_on(*server, options.pid, options, around);
}

void add_run_command(CLI::App& root, std::function<exit_code(cli::surroundings&)>& chosen) {
  auto* run = root.add_subcommand("run", "Offer events and see that all accepted ones arrive");
  auto options = std::make_shared<run_options>();
  add_server_options(*run, *options);
  add_load_options(*run, *options);
  run->callback([&chosen, options] {
    chosen = [options](cli::surroundings& around) { return run_load(*options, around); };
  });
}

} // namespace tocsin::bench
