#include "app/bench/limits/stages.hpp"

#include "app/bench/http_sender.hpp"
#include "app/cli/stop_signal.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace tocsin::bench {

using std::chrono::steady_clock;

namespace {

/// How long to wait for what was accepted, after the last arrival.
constexpr std::chrono::seconds drain_limit{30};

failure ended_by_signal() {
  return fail(errc::shutting_down, "a signal ended the measurement");
}

/// Why a load ended before its time; nothing if it did not.
expected<void> check_end(const load_result& x) {
  if (x.is_interrupted)
    return ended_by_signal();
  if (!x.stopped_because.empty())
    return fail(errc::unavailable, x.stopped_because);
  return {};
}

/// The load of the stage on what listens at `server`.
load_options load_on(const boost::asio::ip::tcp::endpoint& server, const run_mark& mark,
                     const stage_options& options) {
  auto result = load_of(options);
  auto authority = fmt::format("{}:{}", server.address().to_string(), server.port());
  // A token as long as a real one: the request is the same, byte for byte.
  std::string token(43, 't');
  result.senders = http_senders({server, std::move(authority), {}, token, options.connections},
                                mark, options.payload);
  return result;
}

} // namespace

load_options load_of(const stage_options& options) {
  load_options result;
  result.connections = options.connections;
  result.offer.duration = options.duration;
  result.payload = options.payload;
  result.drain_limit = drain_limit;
  return result;
}

expected<commit_limit> measure_commits(const std::filesystem::path& directory, size_t batch,
                                       const stage_options& options) {
  auto log = record_log::open(directory);
  if (!log)
    return log.error();
  auto event = event_text(sample_event(run_mark::random(), options.payload));
  std::vector<std::string_view> records(batch, event);
  commit_limit result;
  result.batch = batch;
  cli::stop_signal signal;
  auto began = steady_clock::now();
  for (auto at = began; at < began + options.duration;) {
    if (signal.arrives_within({}))
      return ended_by_signal();
    if (auto done = log->append(records); !done)
      return done.error();
    auto after = steady_clock::now();
    result.commits.record(static_cast<uint64_t>((after - at).count()));
    result.elapsed = after - began;
    at = after;
  }
  result.records = log->size();
  return result;
}

expected<door_limit> measure_door(const stage_options& options) {
  bare_door door{[](const bare_door::visitor_ptr& from, const std::string&) {
    bare_door::reply(from, bare_door::answer::accepted);
  }};
  door.start();
  auto mark = run_mark::random();
  auto offer = load_on(door.endpoint(), mark, options);
  // Nothing is delivered here.
  offer.drain_limit = {};
  load_run load{mark, offer};
  door_limit result{load.run(), {}};
  result.cpu = door.stop();
  if (auto whole = check_end(result.load); !whole)
    return whole.error();
  return result;
}

expected<chain_limit> measure_chain(const std::filesystem::path& directory,
                                    const stage_options& options) {
  auto chain = bare_chain::open(directory);
  if (!chain)
    return chain.error();
  auto mark = run_mark::random();
  load_run load{mark, load_on((*chain)->endpoint(), mark, options)};
  (*chain)->start(load.sink_url(), options.connections);
  chain_limit result{load.run(), {}};
  auto use = (*chain)->stop();
  if (!use)
    return use.error();
  if (auto whole = check_end(result.load); !whole)
    return whole.error();
  result.use = *use;
  return result;
}

} // namespace tocsin::bench
