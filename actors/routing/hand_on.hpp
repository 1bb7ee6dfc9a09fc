#pragma once

#include "messages/protocol/delivery_ledger.hpp"
#include "messages/protocol/routing.hpp"

#include <caf/result.hpp>

#include <memory>

namespace tocsin {

/// Passes a routing slip to the preference actor whose turn it is or, when all have had theirs,
/// its submission to `ledger`, whose answer goes directly to the sender.
template <class Self>
caf::result<events_accepted> hand_on(Self* self, std::shared_ptr<routing_slip> slip,
                                     const delivery_ledger_actor& ledger) {
  if (slip->next == slip->stops.size())
    return self->delegate(ledger, accept_submission{std::move(slip->baton)});
  auto planner = slip->stops[slip->next].planner;
  return self->delegate(planner, plan_deliveries{std::move(slip)});
}

} // namespace tocsin
