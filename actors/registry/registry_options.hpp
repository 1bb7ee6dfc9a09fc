#pragma once

#include "actors/delivery/channel_access.hpp"
#include "actors/stats/meter.hpp"
#include "channels/transport.hpp"
#include "messages/access_epoch.hpp"
#include "messages/protocol/delivery_ledger.hpp"

#include <memory>

namespace tocsin {

/// What the registries are made with.
struct registry_options {
  std::shared_ptr<const channel_access> channels;
  delivery_ledger_actor ledger;
  std::shared_ptr<channels::transport> transport;
  wall_clock now;
  std::shared_ptr<meter_board> board;
  access_epoch epoch = make_access_epoch();
};

} // namespace tocsin
