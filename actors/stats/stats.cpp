#include "actors/stats/stats.hpp"

#include "messages/protocol/failure.hpp"
#include "storage/channel_repository.hpp"
#include "storage/due_repository.hpp"

#include <chrono>

namespace tocsin {

caf::result<node_stats> stats_state::on_collect_stats(const collect_stats&) {
  node_stats result;
  result.version = version;
  auto uptime = std::chrono::floor<std::chrono::seconds>(now() - started_at);
  result.uptime_seconds = static_cast<uint64_t>(std::max<int64_t>(uptime.count(), 0));
  result.actors = board->actors();
  result.certificates = board->certificates();
  auto tx = storage->read();
  if (!tx)
    return to_error(tx.error());
  auto stored = storage::channel_repository{*tx}.all();
  if (!stored)
    return to_error(stored.error());
  for (auto& [value, sealed] : *stored) {
    auto pending = storage::due_repository{*tx}.count_pending(value.id);
    if (!pending)
      return to_error(pending.error());
    auto meter = board->channel(value.id);
    channel_stats x;
    x.channel = to_string(value.id);
    x.name = value.name;
    x.type = to_string(value.type);
    x.sent = meter->sent;
    x.failed = meter->failed;
    x.retried = meter->retried;
    x.in_flight = meter->in_flight;
    x.pending = *pending;
    x.restarts = meter->restarts;
    x.parked = meter->parked;
    x.breaker = to_string(meter->breaker.load());
    x.latency_p50_ms = meter->latency.percentile_ms(0.5);
    x.latency_p99_ms = meter->latency.percentile_ms(0.99);
    result.channels.push_back(std::move(x));
  }
  return result;
}

stats_actor::behavior_type stats(stats_actor::stateful_pointer<stats_state> self,
                                 const std::shared_ptr<storage::environment>& storage,
                                 const std::shared_ptr<meter_board>& board,
                                 const std::string& version, const wall_clock& now) {
  self->state.storage = storage;
  self->state.board = board;
  self->state.version = version;
  self->state.now = now;
  self->state.started_at = now();
  self->state.gauge = actor_gauge{*board, stats_state::name};
  return {metered(self, &stats_state::on_collect_stats)};
}

} // namespace tocsin
