#pragma once

#include "actors/shared/channel_access.hpp"
#include "actors/shared/meter.hpp"
#include "actors/shared/pause_board.hpp"
#include "channels/transport/transport.hpp"
#include "messages/protocol/delivery_ledger.hpp"
#include "messages/steady_time.hpp"
#include "policy/retry_schedule.hpp"

#include <memory>

namespace tocsin {

/// What the channel registry and its testers are made with.
struct channel_registry_options {
  std::shared_ptr<const channel_access> channels;
  delivery_ledger_actor ledger;
  std::shared_ptr<channels::transport> transport;
  wall_clock now;
  std::shared_ptr<meter_board> board;
  /// What providers asked of deliveries binds Send Tests too.
  std::shared_ptr<pause_board> pauses = std::make_shared<pause_board>();
  monotonic_clock steady_now = system_monotonic_clock();
  /// How the service itself tries again.
  policy::retry_schedule retries = {};
};

} // namespace tocsin
