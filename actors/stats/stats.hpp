#pragma once

#include "actors/stats/meter.hpp"
#include "messages/protocol/stats.hpp"
#include "storage/environment.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <string>

namespace tocsin {

/// Gathers what the meters show, and how much each channel owes.
class stats_state {
public:
  static inline const char* name = "tocsin.stats";
  static constexpr bool keeps_nothing = true;

  caf::result<node_stats> on_collect_stats(const collect_stats& msg);

  std::shared_ptr<storage::environment> storage;
  std::shared_ptr<meter_board> board;
  std::string version;
  timestamp started_at{};
  wall_clock now;
  actor_gauge gauge;
};

/// `version` is the program's own.
stats_actor::behavior_type stats(stats_actor::stateful_pointer<stats_state> self,
                                 const std::shared_ptr<storage::environment>& storage,
                                 const std::shared_ptr<meter_board>& board,
                                 const std::string& version, const wall_clock& now);

} // namespace tocsin
