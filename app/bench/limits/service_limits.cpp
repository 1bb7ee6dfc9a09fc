#include "app/bench/limits/service_limits.hpp"

#include "app/bench/figures.hpp"
#include "app/bench/limits/commit_count.hpp"
#include "app/bench/scratch_directory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <utility>

namespace tocsin::bench {

namespace {

/// Offers loads to one service, and remembers the first verdict that is not ok.
class loader {
public:
  loader(loaded_service service, cli::surroundings& around)
    : service_(std::move(service)), around_(around) {}

  cli::outcome<run_report> offer(const load_options& load) {
    // Repeats of an earlier load do not belong to this one.
    service_.mark = run_mark::random();
    auto run = run_on_service(service_, load, around_);
    if (!run)
      return run.error();
    if (code_ == cli::exit_code::ok)
      code_ = run->code;
    return std::move(run->report);
  }

  /// Nothing where the service does not say.
  std::optional<uint64_t> commits() const {
    auto result = count_commits(service_.server);
    return result ? std::optional{*result} : std::nullopt;
  }

  cli::exit_code code() const { return code_; }

private:
  loaded_service service_;
  cli::surroundings& around_;
  cli::exit_code code_ = cli::exit_code::ok;
};

/// Commits of `events` in `commits` parts, as far as they can be equal.
expected<commit_limit> measure_like_commits(const std::filesystem::path& place, uint64_t events,
                                            uint64_t commits, const stage_options& options) {
  auto directory = scratch_directory::make(place);
  if (!directory)
    return directory.error();
  auto batch = std::max<uint64_t>((events + commits / 2) / commits, 1);
  return measure_commits(directory->path(), batch, options);
}

/// Offers `load` with `crowd_connections` to the service.
cli::outcome<crowd_limits> measure_crowd(loader& to_service, load_options load,
                                         const std::filesystem::path& place,
                                         const stage_options& options, cli::surroundings& around) {
  load.connections = crowd_connections;
  auto before = to_service.commits();
  auto run = to_service.offer(load);
  if (!run)
    return run.error();
  auto after = to_service.commits();
  crowd_limits result{std::move(*run), std::nullopt};
  if (!before || !after || *after <= *before)
    return result;
  auto commits
    = measure_like_commits(place, result.run.result.counts.accepted, *after - *before, options);
  if (!commits) {
    around.err << fmt::format("tocsin-bench: {}\n", commits.error().detail);
    return cli::exit_code::refused;
  }
  result.commit = std::move(*commits);
  return result;
}

} // namespace

cli::outcome<service_limits> measure_service(const spawned_server& server,
                                             const std::filesystem::path& place,
                                             const stage_options& options,
                                             cli::surroundings& around) {
  loader to_service{loaded_service::of(server), around};
  service_limits result;
  auto load = load_of(options);
  auto flood = to_service.offer(load);
  if (!flood)
    return flood.error();
  result.flood = std::move(*flood);

  load.connections = 1;
  auto one_sender = to_service.offer(load);
  if (!one_sender)
    return one_sender.error();
  result.one_sender = std::move(*one_sender);

  auto crowd = measure_crowd(to_service, load, place, options, around);
  if (!crowd)
    return crowd.error();
  result.crowd = std::move(*crowd);

  load.connections = options.connections;
  const auto& fastest = result.flood.result;
  load.offer.rate = per_second(fastest.counts.delivered, fastest.delivered_within) / 2;
  auto steady = to_service.offer(load);
  if (!steady)
    return steady.error();
  result.steady = std::move(*steady);

  auto steady_crowd = measure_crowd(to_service, load, place, options, around);
  if (!steady_crowd)
    return steady_crowd.error();
  result.steady_crowd = std::move(*steady_crowd);
  result.code = to_service.code();
  return result;
}

} // namespace tocsin::bench
