#include "actors/stats/channel_summary.hpp"
#include "actors/stats/process_usage.hpp"
#include "actors/stats/stats.hpp"
#include "messages/protocol/failure.hpp"
#include "storage/repositories/hourly_counts.hpp"

#include <utility>

// The part of the stats actor that gathers what /metrics tells.

namespace tocsin {

caf::result<node_metrics> stats_state::on_collect_metrics(const collect_metrics& msg) {
  node_metrics result;
  result.version = options.version;
  result.actors = options.board->actors();
  result.certificates = options.board->certificates();
  result.reserve_bytes = options.retention.reserve_bytes;
  result.process = measure_process();
  auto tx = options.storage->read();
  if (!tx)
    return to_error(tx.error());
  if (auto filled = fill(result, *tx, msg.each_channel); !filled)
    return to_error(filled.error());
  return result;
}

/// Puts into `out` what is in the storage.
expected<void> stats_state::fill(node_metrics& out, const storage::transaction& tx,
                                 bool each_channel) const {
  auto measured = options.storage->sizes(tx);
  if (!measured)
    return measured.error();
  auto stored = sizes(tx, *measured);
  if (!stored)
    return stored.error();
  auto owed = tx.count(storage::database::due);
  if (!owed)
    return owed.error();
  auto counted = storage::read_counts(tx, timestamp{});
  if (!counted)
    return counted.error();
  auto pause = pause_now(tx);
  if (!pause)
    return pause.error();
  out.storage = std::move(*stored);
  out.commits = measured->commits;
  out.pending = *owed;
  out.deliveries = options.deliveries->add(std::move(*counted));
  out.is_paused = pause->has_value();
  return summarise_channels(out, tx, *options.board, each_channel);
}

} // namespace tocsin
