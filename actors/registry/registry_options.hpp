#pragma once

#include "actors/shared/meter.hpp"
#include "messages/access_epoch.hpp"
#include "messages/protocol/delivery_ledger.hpp"
#include "storage/engine/environment.hpp"

#include <memory>

namespace tocsin {

/// What the registries are made with, but for that of channels.
struct registry_options {
  std::shared_ptr<storage::environment> storage;
  delivery_ledger_actor ledger;
  wall_clock now;
  std::shared_ptr<meter_board> board;
  access_epoch epoch = make_access_epoch();
};

} // namespace tocsin
