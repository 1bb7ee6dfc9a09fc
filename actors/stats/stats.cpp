#include "actors/stats/stats.hpp"

#include "actors/shared/metered.hpp"
#include "messages/protocol/failure.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/due_repository.hpp"
#include "storage/repositories/pause_repository.hpp"

#include <chrono>

namespace tocsin {

caf::result<node_stats> stats_state::on_collect_stats(const collect_stats&) {
  auto now = options.now();
  node_stats result;
  result.version = options.version;
  auto uptime = std::chrono::floor<std::chrono::seconds>(now - started_at);
  result.uptime_seconds = static_cast<uint64_t>(std::max<int64_t>(uptime.count(), 0));
  result.actors = options.board->actors();
  result.certificates = options.board->certificates();
  result.retention = options.retention;
  auto tx = options.storage->read();
  if (!tx)
    return to_error(tx.error());
  auto each = channels(*tx);
  if (!each)
    return to_error(each.error());
  auto measured = options.storage->sizes(*tx);
  if (!measured)
    return to_error(measured.error());
  auto stored = sizes(*tx, *measured);
  if (!stored)
    return to_error(stored.error());
  auto pause = pause_now(*tx);
  if (!pause)
    return to_error(pause.error());
  result.channels = std::move(*each);
  result.storage = std::move(*stored);
  result.pause = std::move(*pause);
  return result;
}

/// The pause of all deliveries, while it lasts.
expected<std::optional<delivery_pause>>
stats_state::pause_now(const storage::transaction& tx) const {
  auto result = storage::find_readable_pause(tx);
  if (result && *result && !(*result)->holds(options.now()))
    result->reset();
  return result;
}

expected<std::vector<channel_stats>> stats_state::channels(const storage::transaction& tx) const {
  auto stored = storage::channel_repository{tx}.all();
  if (!stored)
    return stored.error();
  std::vector<channel_stats> result;
  for (auto& [value, sealed] : *stored) {
    auto pending = storage::due_repository{tx}.count_pending(value.id);
    if (!pending)
      return pending.error();
    auto meter = options.board->channel(value.id);
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
    result.push_back(std::move(x));
  }
  return result;
}

expected<storage_stats> stats_state::sizes(const storage::transaction& tx,
                                           const storage::environment_sizes& measured) const {
  storage_stats result;
  result.file_bytes = measured.file_bytes;
  result.map_bytes = measured.map_bytes;
  result.map_limit_bytes = measured.map_limit_bytes;
  result.live_bytes = measured.used_bytes - measured.free_bytes;
  result.reusable_bytes = measured.reusable_bytes;
  result.disk_free_bytes = measured.disk_free_bytes;
  result.room_bytes = measured.room_bytes();
  for (size_t i = 0; i < storage::database_count; ++i) {
    auto kind = static_cast<storage::database>(i);
    auto entries = tx.count(kind);
    if (!entries)
      return entries.error();
    result.records.push_back({std::string{to_string(kind)}, *entries});
  }
  result.last_hour = options.growth->over(std::chrono::hours{1});
  result.last_day = options.growth->over(std::chrono::hours{24});
  return result;
}

stats_impl::behavior_type stats(stats_impl::stateful_pointer<stats_state> self,
                                const stats_options& options) {
  self->state.options = options;
  self->state.started_at = options.now();
  self->state.gauge = actor_gauge{*options.board, stats_state::name};
  return {metered(self, &stats_state::on_collect_stats),
          metered(self, &stats_state::on_collect_metrics)};
}

} // namespace tocsin
