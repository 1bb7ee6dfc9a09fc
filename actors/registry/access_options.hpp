#pragma once

#include "actors/stats/meter.hpp"
#include "messages/access_epoch.hpp"
#include "messages/protocol/delivery_ledger.hpp"
#include "messages/steady_time.hpp"
#include "storage/engine/environment.hpp"

#include <functional>
#include <memory>
#include <string>

namespace tocsin {

/// What the actors that let people in, and shut them out, are made with.
struct access_options {
  std::shared_ptr<storage::environment> storage;
  delivery_ledger_actor ledger;
  wall_clock now;
  std::shared_ptr<meter_board> board;
  access_epoch epoch = make_access_epoch();
  /// Hears of a wrong name or password: the name, and the address it came from. On any thread.
  std::function<void(const std::string& admin, const std::string& address)> report_refused_sign_in
    = [](const std::string&, const std::string&) {};
  monotonic_clock steady_now = system_monotonic_clock();
};

} // namespace tocsin
