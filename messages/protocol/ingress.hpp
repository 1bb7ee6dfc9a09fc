#pragma once

#include "messages/event.hpp"
#include "messages/protocol/failure.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tocsin {

/// Events as they come in through a door; all are accepted or none.
struct submit_events {
  std::vector<event> events;
  /// The `Idempotency-Key` of the request, or empty. Within an array each event has its place
  /// added to it.
  std::string idempotency_key;
};

/// What became of one submitted event.
struct event_receipt {
  /// The event's id: the one under which the API shows it.
  std::string id;
  /// How many deliveries it caused that are sent.
  uint32_t deliveries = 0;
  /// Whether the same event had been accepted before; then nothing new was caused.
  bool duplicate = false;
};

/// The answer to `submit_events`, in its order. It is sent only after an fsync.
struct events_accepted {
  std::vector<event_receipt> receipts;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, submit_events& x) {
  return f(x.events, x.idempotency_key);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, event_receipt& x) {
  return f(x.id, x.deliveries, x.duplicate);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, events_accepted& x) {
  return f(x.receipts);
}

/// Checks how events look and hands them on.
using ingress_actor = caf::typed_actor<
  // Replies only once the events and all their deliveries survive a crash.
  // Errors: invalid_argument, unknown_event_type, idempotency_conflict, already_exists, overloaded,
  // shutting_down, unavailable, storage_full, storage_io, storage_corrupt.
  caf::replies_to<submit_events>::with<events_accepted>>;

} // namespace tocsin
