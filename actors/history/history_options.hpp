#pragma once

#include "actors/shared/channel_access.hpp"
#include "actors/shared/meter.hpp"
#include "messages/protocol/delivery_ledger.hpp"

#include <memory>

namespace tocsin {

/// What the actors are made with that change what became of deliveries.
struct history_options {
  std::shared_ptr<const channel_access> channels;
  delivery_ledger_actor ledger;
  wall_clock now;
  std::shared_ptr<meter_board> board;
};

} // namespace tocsin
