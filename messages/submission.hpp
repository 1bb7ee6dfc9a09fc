#pragma once

#include "messages/commands.hpp"
#include "messages/event.hpp"

#include <memory>
#include <string>
#include <vector>

namespace tocsin {

/// An event on its way to the ledger, with what was decided about it so far.
struct submitted_event {
  event value;
  /// Empty where the sender gave no `Idempotency-Key`; an event's own id serves besides.
  std::string idempotency_key;
  std::vector<planned_delivery> deliveries;
  std::vector<unreached_recipient> unreached;
};

/// The events of one request on their way from ingress over the router and the preference actors
/// to the ledger: a baton. Whoever received it last owns it and may change it.
struct submission {
  std::vector<submitted_event> events;
};

using submission_ptr = std::shared_ptr<submission>;

} // namespace tocsin
