#pragma once

#include "actors/shared/growth_series.hpp"
#include "actors/shared/meter.hpp"
#include "actors/stats/delivery_totals.hpp"
#include "messages/protocol/metrics.hpp"
#include "messages/protocol/stats.hpp"
#include "storage/engine/environment.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tocsin {

/// The arguments of the stats actor.
struct stats_options {
  std::shared_ptr<storage::environment> storage;
  std::shared_ptr<meter_board> board;
  /// The program's own.
  std::string version;
  wall_clock now;
  std::shared_ptr<growth_series> growth = std::make_shared<growth_series>();
  retention_stats retention = {};
  /// Where what was counted before the service started is known.
  std::shared_ptr<delivery_totals> deliveries = std::make_shared<delivery_totals>();
};

/// Answers requests for stats and for metrics.
using stats_impl = stats_actor::extend_with<metrics_actor>;

/// Collects what the meters show, and how much each channel owes.
class stats_state {
public:
  static inline const char* name = "tocsin.stats";
  static constexpr bool survives_exceptions = true;

  caf::result<node_stats> on_collect_stats(const collect_stats& msg);
  caf::result<node_metrics> on_collect_metrics(const collect_metrics& msg);

  stats_options options;
  timestamp started_at{};
  actor_gauge gauge;

private:
  expected<std::vector<channel_stats>> channels(const storage::transaction& tx) const;
  expected<storage_stats> sizes(const storage::transaction& tx,
                                const storage::environment_sizes& measured) const;
  expected<void> fill(node_metrics& out, const storage::transaction& tx, bool each_channel) const;
  expected<std::optional<delivery_pause>> pause_now(const storage::transaction& tx) const;
};

stats_impl::behavior_type stats(stats_impl::stateful_pointer<stats_state> self,
                                const stats_options& options);

} // namespace tocsin
