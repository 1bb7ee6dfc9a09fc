#pragma once

#include "actors/stats/growth_series.hpp"
#include "actors/stats/meter.hpp"
#include "messages/protocol/stats.hpp"
#include "storage/environment.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tocsin {

/// What the stats actor is made with.
struct stats_options {
  std::shared_ptr<storage::environment> storage;
  std::shared_ptr<meter_board> board;
  /// The program's own.
  std::string version;
  wall_clock now;
  std::shared_ptr<growth_series> growth = std::make_shared<growth_series>();
  retention_stats retention = {};
};

/// Gathers what the meters show, and how much each channel owes.
class stats_state {
public:
  static inline const char* name = "tocsin.stats";
  static constexpr bool keeps_nothing = true;

  caf::result<node_stats> on_collect_stats(const collect_stats& msg);

  stats_options options;
  timestamp started_at{};
  actor_gauge gauge;

private:
  expected<std::vector<channel_stats>> channels(const storage::transaction& tx) const;
  expected<storage_stats> sizes(const storage::transaction& tx) const;
};

stats_actor::behavior_type stats(stats_actor::stateful_pointer<stats_state> self,
                                 const stats_options& options);

} // namespace tocsin
