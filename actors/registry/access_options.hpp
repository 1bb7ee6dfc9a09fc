#pragma once

#include "actors/stats/meter.hpp"
#include "messages/access_epoch.hpp"
#include "messages/protocol/delivery_ledger.hpp"
#include "storage/environment.hpp"

#include <memory>

namespace tocsin {

/// What the actors that let people in, and shut them out, are made with.
struct access_options {
  std::shared_ptr<storage::environment> storage;
  delivery_ledger_actor ledger;
  wall_clock now;
  std::shared_ptr<meter_board> board;
  access_epoch epoch = make_access_epoch();
};

} // namespace tocsin
