#include "app/bench/run_command.hpp"

#include "app/bench/figures.hpp"
#include "app/bench/report.hpp"
#include "app/bench/scenario/customers.hpp"
#include "app/bench/scenario/scenarios.hpp"
#include "app/bench/scratch_directory.hpp"
#include "app/bench/service_run.hpp"
#include "app/bench/spawned_server.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <ostream>

namespace tocsin::bench {

namespace {

using cli::exit_code;

constexpr uint64_t default_events = 50'000;
constexpr unsigned default_connections = 64;
constexpr uint64_t default_window = 1000;
constexpr uint64_t default_window_events = 10'000;
/// As many at a time as wait nowhere too long: 64 connections stay below
/// `server.max_waiting_events`.
constexpr uint64_t pending_batch = 100;
constexpr const char* loopback = "127.0.0.1";

/// The load on a service that is known, and what came of it.
exit_code run_on(const loaded_service& service, const run_options& options,
                 cli::surroundings& around, std::optional<crash_plan> crash = {}) {
  auto load = load_of(options);
  load.crash = crash;
  auto run = run_on_service(service, load, around);
  if (!run)
    return run.error();
  around.out << (options.format == "json" ? report_json(run->report) : report_text(run->report));
  return run->code;
}

/// Offers a part of the load as fast as it is acknowledged. Gives the rate at which it was.
cli::outcome<double> highest_rate(const loaded_service& service, const load_options& load,
                                  cli::surroundings& around) {
  auto flood = load;
  flood.offer.events = std::max<uint64_t>(load.offer.events / 2, 1);
  auto run = run_on_service(service, flood, around);
  if (!run)
    return run.error();
  const auto& result = run->report.result;
  return per_second(result.counts.delivered, result.delivered_within);
}

/// Has the service take events for a channel of their own whose endpoint is dead, where they wait
/// from then on. Gives refused where it does not take them all.
exit_code leave_pending(loaded_service service, const run_options& options,
                        cli::surroundings& around) {
  auto load = load_of(options);
  load.offer = {};
  load.offer.events = options.pending;
  load.offer.batch = pending_batch;
  load.arrives_by = sink_kind::webhooks;
  load.channels = 0;
  load.dead_channels = 1;
  load.has_outage = false;
  load.leaves_channels = true;
  service.mark = run_mark::random();
  auto run = run_on_service(service, load, around);
  if (!run)
    return run.error();
  auto accepted = run->report.result.counts.accepted;
  if (accepted == options.pending)
    return exit_code::ok;
  around.err << fmt::format("tocsin-bench: of {} events that were to wait {} were accepted\n",
                            options.pending, accepted);
  return exit_code::refused;
}

/// Whether the service can be killed in the middle of the load. A scenario may ask for it, where
/// the flags themselves exclude each other. Errors: invalid_argument.
expected<void> check_crash(const run_options& options) {
  if (options.kill_after == 0)
    return {};
  if (options.via == "caf")
    return fail(errc::invalid_argument, "the CAF door of a service that is killed gets another "
                                        "port: --via http");
  if (auto events = load_of(options).offer.events; events > 0 && options.kill_after >= events)
    return fail(
      errc::invalid_argument,
      fmt::format("--kill-after {} has to be less than --events {}", options.kill_after, events));
  return {};
}

exit_code run_on_spawned(const run_options& options, cli::surroundings& around) {
  if (auto sound = check_crash(options); !sound)
    return cli::report_failure(sound.error(), around);
  spawned_server::options wanted{options.spawn, scratch_place(options.scratch), options.settings};
  auto mark = run_mark::random();
  if (options.customers > 0)
    wanted.prepare
      = [&](const auto& data) { return store_customers(data, mark, options.customers); };
  if (options.via == "caf") {
    wanted.gate_address = loopback;
    // All panels of the run come from one address.
    wanted.settings.insert(
      wanted.settings.begin(),
      fmt::format("gate.max_connections_per_address={}", load_of(options).connections));
  }
  auto server = spawned_server::start(wanted);
  if (!server)
    return cli::report_failure(server.error(), around);
  if (server->is_in_memory())
    warn_of_memory(around);
  auto service = loaded_service::of(*server);
  service.owner = options.owner;
  service.mark = mark;
  if (options.via == "caf")
    service.gate = {{loopback, server->gate_port(), {}}, server->panel()};
  if (options.pending > 0)
    if (auto code = leave_pending(service, options, around); code != exit_code::ok)
      return code;
  if (options.kill_after > 0)
    return run_on(service, options, around, crash_plan{options.kill_after, &*server});
  if (options.load_share == 0)
    return run_on(service, options, around);
  auto highest = highest_rate(service, load_of(options), around);
  if (!highest)
    return highest.error();
  auto steady = options;
  steady.rate = options.load_share * *highest;
  return run_on(service, steady, around);
}

/// Reads `HOST:PORT`. Errors: invalid_argument.
expected<client::node_address> find_gate(const std::string& text) {
  auto colon = text.rfind(':');
  client::node_address result;
  if (colon != text.npos) {
    const auto* end = text.data() + text.size();
    result.host = text.substr(0, colon);
    auto [read_to, error] = std::from_chars(text.data() + colon + 1, end, result.port);
    if (error != std::errc{} || read_to != end)
      result.host.clear();
  }
  if (result.host.empty() || result.port == 0)
    return fail(errc::invalid_argument,
                fmt::format("'{}': expected HOST:PORT of the CAF door", text));
  return result;
}

exit_code run_on_running(const run_options& options, cli::surroundings& around) {
  // A scenario may ask for it, where the flags themselves need --spawn.
  if (options.customers > 0 || options.pending > 0 || options.load_share > 0
      || options.kill_after > 0)
    return cli::report_failure(
      fail(errc::invalid_argument, "this scenario starts its own service: use --spawn"), around);
  auto server = cli::find_connection(options.connection, around);
  if (!server)
    return cli::report_failure(server.error(), around);
  loaded_service service{*server};
  service.owner = options.owner;
  if (options.pid > 0)
    service.use = [pid = options.pid] { return use_of(pid); };
  if (options.via == "caf") {
    auto node = find_gate(options.gate);
    if (!node)
      return cli::report_failure(node.error(), around);
    service.gate = {*node, {options.authority, {}, options.certificate, options.key}};
  }
  return run_on(service, options, around);
}

void add_server_options(CLI::App& run, run_options& x) {
  run.add_option("--url", x.connection.url, "URL of the service");
  run.add_option("--token", x.connection.token, "Token with all scopes, @FILE or -");
  run.add_option("--context", x.connection.context_file, "Context file of tocsin");
  auto* pid = run.add_option("--pid", x.pid, "Process of the service, for its CPU and memory");
  auto* spawn = run
                  .add_option("--spawn", x.spawn,
                              "Start this tocsind on an empty directory, and end it after the run")
                  ->check(CLI::ExistingFile)
                  ->excludes(pid);
  run.add_option("--scratch", x.scratch, "Where to put the new data (the temporary directory)")
    ->check(CLI::ExistingDirectory)
    ->needs(spawn);
  run.add_option("--set", x.settings, "A setting of the started tocsind, such as actors.threads=2")
    ->allow_extra_args(false)
    ->needs(spawn);
  run.add_option("--owner", x.owner, "Who owns the channel of the run")->capture_default_str();
}

/// What there is besides the load itself.
void add_situation_options(CLI::App& run, run_options& x) {
  auto* spawn = run.get_option("--spawn");
  run
    .add_option("--customers", x.customers,
                "Number of customers with preferences, whom the events name in turn")
    ->check(CLI::Range(uint64_t{1}, uint64_t{100'000'000}))
    ->needs(spawn)
    ->excludes(run.get_option("--via"));
  run
    .add_option("--pending", x.pending,
                "Number of deliveries that wait for a dead endpoint before and during the run")
    ->check(CLI::Range(uint64_t{1}, uint64_t{100'000'000}))
    ->needs(spawn);
  run.add_option("--channels", x.channels, "Number of channels that take each event")
    ->check(CLI::Range(1, 10'000))
    ->capture_default_str();
  run
    .add_option("--dead-channels", x.dead_channels,
                "Number of additional channels whose endpoint does not exist")
    ->check(CLI::Range(0, 10'000));
  run
    .add_option("--channel-type", x.channel_type,
                "webhook, or email for a mail server inside this program")
    ->check(CLI::IsMember({"webhook", "email"}))
    ->capture_default_str();
  run.add_flag("--outage", x.has_outage,
               "The endpoint defers everything until all events are accepted, which then are a "
               "backlog; with --kill-after until the service is started again");
  auto* kill = run
                 .add_option("--kill-after", x.kill_after,
                             "Kill the started service with SIGKILL when this many events are "
                             "accepted, and start it again at once")
                 ->check(CLI::Range(uint64_t{1}, uint64_t{100'000'000}))
                 ->needs(spawn)
                 ->excludes(run.get_option("--via"));
  run
    .add_option("--load-share", x.load_share,
                "Offer this share of the rate that a flood before the run reaches, such as 0.5")
    ->check(CLI::Range(0.01, 1.0))
    ->needs(spawn)
    ->excludes(run.get_option("--rate"))
    ->excludes(kill);
}

/// Comes before all other flags, as those that are given count.
void add_scenario_option(CLI::App& run, run_options& x) {
  std::string about = "Sets flags for a scenario; explicit flags take precedence:";
  for (const auto& each : scenarios())
    about += fmt::format(" {} ({});", each.name, each.about);
  about.back() = '.';
  run
    .add_option_function<std::string>(
      "--scenario", [&x](const std::string& name) { set_scenario(x, name); }, about)
    ->check(CLI::IsMember(scenario_names()));
}

/// How events get in, where that is not HTTP.
void add_gate_options(CLI::App& run, run_options& x) {
  run.add_option("--via", x.via, "http, or caf for the CAF door; a started tocsind opens it")
    ->check(CLI::IsMember({"http", "caf"}))
    ->capture_default_str();
  run
    .add_option("--window", x.window,
                "Requests in flight on each connection over caf (as many as hold 10000 events, at "
                "most 1000)")
    ->check(CLI::Range(1, 10'000));
  auto* authority
    = run.add_option("--authority", x.authority, "PEM file with the authority behind that door");
  auto* certificate
    = run.add_option("--certificate", x.certificate, "PEM file with the panel's certificate");
  auto* key = run.add_option("--key", x.key, "PEM file with its key");
  run.add_option("--gate", x.gate, "HOST:PORT of the CAF door of a running service")
    ->needs(authority, certificate, key);
}

} // namespace

load_options load_of(const run_options& options) {
  load_options result;
  auto is_caf = options.via == "caf";
  result.via = options.via;
  result.connections = options.connections.value_or(is_caf ? 1 : default_connections);
  auto fitting = std::min(default_window, default_window_events / options.batch);
  result.window = is_caf ? options.window.value_or(static_cast<unsigned>(fitting)) : 1;
  auto seconds = std::chrono::duration<double>{options.duration_seconds};
  result.offer.duration = std::chrono::duration_cast<run_time>(seconds);
  bool is_endless = options.events == 0 && options.duration_seconds == 0;
  result.offer.events = is_endless ? default_events : options.events;
  result.offer.rate = options.rate;
  result.offer.batch = options.batch;
  result.payload = {options.size, options.seed, options.customers};
  result.channels = options.channels;
  result.dead_channels = options.dead_channels;
  if (options.channel_type == "email")
    result.arrives_by = sink_kind::mails;
  result.has_outage = options.has_outage;
  result.drain_limit = std::chrono::seconds{options.drain_seconds};
  return result;
}

void add_load_options(CLI::App& command, run_options& x) {
  command
    .add_option("--connections", x.connections,
                "Keep-alive connections (64), or panels over caf (1)")
    ->check(CLI::Range(1, 10'000));
  command.add_option("--events", x.events, "End after this many events (50000 without --duration)");
  command.add_option("--duration", x.duration_seconds, "End after this many seconds")
    ->check(CLI::NonNegativeNumber);
  command
    .add_option("--rate", x.rate, "Events per second, whatever the answers; 0: as acknowledged")
    ->check(CLI::NonNegativeNumber);
  command.add_option("--batch", x.batch, "Events per request")
    ->check(CLI::Range(1, 1000))
    ->capture_default_str();
  command.add_option("--size", x.size, "Bytes of an event's JSON")
    ->check(CLI::Range(1, 1 << 20))
    ->capture_default_str();
  command.add_option("--seed", x.seed, "Seed for the texts of the events")->capture_default_str();
  command
    .add_option("--drain-seconds", x.drain_seconds,
                "How long to wait for accepted events after the last arrival")
    ->capture_default_str();
  command.add_option("--format", x.format, "table or json")
    ->check(CLI::IsMember({"table", "json"}));
}

exit_code run_load(const run_options& options, cli::surroundings& around) {
  return options.spawn.empty() ? run_on_running(options, around) : run_on_spawned(options, around);
}

void add_run_command(CLI::App& root, std::function<exit_code(cli::surroundings&)>& chosen) {
  auto* run = root.add_subcommand("run", "Offer events and check that all accepted ones arrive");
  auto options = std::make_shared<run_options>();
  add_scenario_option(*run, *options);
  add_server_options(*run, *options);
  add_gate_options(*run, *options);
  add_load_options(*run, *options);
  add_situation_options(*run, *options);
  run->callback([&chosen, options] {
    chosen = [options](cli::surroundings& around) { return run_load(*options, around); };
  });
}

} // namespace tocsin::bench
