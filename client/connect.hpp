#pragma once

#include "client/config.hpp"
#include "messages/protocol/ingress.hpp"
#include "messages/protocol/stats.hpp"

#include <caf/fwd.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <limits>

namespace tocsin::client {

/// The `deliveries` of an event that is safe in the panel's own spool and not with a node yet.
inline constexpr uint32_t deliveries_unknown = std::numeric_limits<uint32_t>::max();

/// Whether an accepted event is in the spool: it survives a crash of the panel and goes to a node
/// as soon as one can be reached.
inline bool is_spooled(const event_receipt& x) {
  return x.deliveries == deliveries_unknown;
}

/// Whether events refused with this code are to blame themselves, so that no node will ever take
/// them. All else passes: too much under way, nobody there, or a fault of the node's own, such as a
/// full disk. Then they can be sent again under the same ids.
inline bool is_for_good(errc code) {
  return code == errc::invalid_argument || code == errc::unknown_event_type
         || code == errc::idempotency_conflict;
}

/// A node of Tocsin, as a panel sees it. It can be used wherever an `ingress_actor` or a
/// `stats_actor` is asked for.
using node_actor = caf::typed_actor<
  // Replies once the events survive a crash: of the node, or, where the receipts say `is_spooled`,
  // of the panel. An event without an id is given one before it is first sent, so sending it again,
  // which the client does by itself after a lost connection, causes nothing new. Under an
  // `idempotency_key` it is given the same one each time.
  // Errors: those of `ingress_actor`; overloaded (the window or the spool is full; nothing was
  // taken), unavailable (no node answered in time, or before the client was stopped; then the
  // events may still have been accepted: send them again with the same ids), storage_full and
  // storage_io (of the spool's disk, too).
  caf::replies_to<submit_events>::with<events_accepted>,
  // Errors: unavailable.
  caf::replies_to<collect_stats>::with<node_stats>>;

/// Makes the panel's end of the CAF door. It dials at once and goes on doing so, whatever becomes
/// of the nodes, until the actor is sent an exit message; that must happen before `system` ends.
/// The handle is good from the moment this returns: what is sent before there is a connection waits
/// in the window.
/// Errors: invalid_argument (no node, an empty window, a spool without `on_refused`), bad_key (the
/// certificate files), and those of the spool: unavailable (another client has it),
/// storage_corrupt, storage_too_new, storage_full, storage_io.
expected<node_actor> connect(caf::actor_system& system, config settings);

} // namespace tocsin::client
