#include "app/bench/limits/limits_command.hpp"

#include "app/bench/limits/limits_report.hpp"
#include "app/bench/scratch_directory.hpp"
#include "app/bench/spawned_server.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <ostream>
#include <utility>

namespace tocsin::bench {

namespace {

using cli::exit_code;

/// From a commit for each event to more than the connections of a run can bring together.
constexpr size_t batches[] = {1, 64, 256, 1024};

stage_options stages_of(const limits_options& options) {
  stage_options result;
  result.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
    std::chrono::duration<double>{options.seconds});
  result.connections = options.connections;
  result.payload = {options.size, options.seed};
  return result;
}

/// A stage with its own log, which is removed when the stage has ended.
template <class Measure>
auto with_directory(const std::filesystem::path& place, Measure measure)
  -> decltype(measure(place)) {
  auto directory = scratch_directory::make(place);
  if (!directory)
    return directory.error();
  return measure(directory->path());
}

expected<void> measure_stages(const std::filesystem::path& place, limits_report& report) {
  const auto& options = report.options;
  for (auto batch : batches) {
    auto commits = with_directory(
      place, [&](const auto& directory) { return measure_commits(directory, batch, options); });
    if (!commits)
      return commits.error();
    report.commits.push_back(std::move(*commits));
  }
  auto door = measure_door(options);
  if (!door)
    return door.error();
  report.door = std::move(*door);
  auto poster = measure_poster(options);
  if (!poster)
    return poster.error();
  report.poster = *poster;
  auto chain = with_directory(
    place, [&](const auto& directory) { return measure_chain(directory, options); });
  if (!chain)
    return chain.error();
  report.chain = std::move(*chain);
  return {};
}

cli::outcome<service_limits> measure_spawned(const std::filesystem::path& place,
                                             const limits_options& options,
                                             const stage_options& stages,
                                             cli::surroundings& around) {
  auto server = spawned_server::start({options.spawn, place, options.settings});
  if (!server)
    return cli::report_failure(server.error(), around);
  return measure_service(*server, place, stages, around);
}

} // namespace

exit_code run_limits(const limits_options& options, cli::surroundings& around) {
  auto scratch = scratch_directory::make(scratch_place(options.scratch));
  if (!scratch)
    return cli::report_failure(scratch.error(), around);
  if (scratch->is_in_memory())
    warn_of_memory(around);
  limits_report report;
  report.options = stages_of(options);
  if (auto done = measure_stages(scratch->path(), report); !done) {
    around.err << fmt::format("tocsin-bench: {}\n", done.error().detail);
    return exit_code::refused;
  }
  auto service_code = exit_code::ok;
  if (!options.spawn.empty()) {
    auto service = measure_spawned(scratch->path(), options, report.options, around);
    service_code = service ? service->code : service.error();
    if (service)
      report.service = std::move(*service);
  }
  around.out << (options.format == "json" ? limits_json(report) : limits_text(report));
  auto result = limits_verdict(report);
  return result == exit_code::ok ? service_code : result;
}

void add_limits_command(CLI::App& root, std::function<exit_code(cli::surroundings&)>& chosen) {
  auto* limits = root.add_subcommand(
    "limits", "Measure what disk, HTTP server and HTTP client allow on this machine, each alone");
  auto options = std::make_shared<limits_options>();
  auto& x = *options;
  limits->add_option("--seconds", x.seconds, "How long each stage is measured")
    ->check(CLI::Range(0.01, 3600.0))
    ->capture_default_str();
  limits->add_option("--connections", x.connections, "Connections to each server")
    ->check(CLI::Range(1, 10'000))
    ->capture_default_str();
  limits->add_option("--size", x.size, "Bytes of an event's JSON")
    ->check(CLI::Range(1, 1 << 20))
    ->capture_default_str();
  limits->add_option("--seed", x.seed, "Seed for the texts of the events")->capture_default_str();
  limits->add_option("--scratch", x.scratch, "Where to put the data (the temporary directory)")
    ->check(CLI::ExistingDirectory);
  auto* spawn
    = limits
        ->add_option("--spawn", x.spawn,
                     "Start this tocsind too, and compare its figures with those of the stages")
        ->check(CLI::ExistingFile);
  limits
    ->add_option("--set", x.settings, "A setting of the started tocsind, such as actors.threads=2")
    ->allow_extra_args(false)
    ->needs(spawn);
  limits->add_option("--format", x.format, "table or json")
    ->check(CLI::IsMember({"table", "json"}));
  limits->callback([&chosen, options] {
    chosen = [options](cli::surroundings& around) { return run_limits(*options, around); };
  });
}

} // namespace tocsin::bench
