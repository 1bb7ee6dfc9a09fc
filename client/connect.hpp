#pragma once

#include "client/config.hpp"
#include "messages/protocol/ingress.hpp"
#include "messages/protocol/stats.hpp"

#include <caf/fwd.hpp>
#include <caf/typed_actor.hpp>

namespace tocsin::client {

/// A node of Tocsin, as a panel sees it. It can be used wherever an `ingress_actor` or a
/// `stats_actor` is asked for.
using node_actor = caf::typed_actor<
  // Replies once the events survive a crash of the node. An event without an id is given one before
  // it is first sent, so sending it again, which the client does by itself after a lost connection,
  // causes nothing new.
  // Errors: those of `ingress_actor`; overloaded (the window is full), unavailable (no node
  // answered in time; then the events may still have been accepted: send them again with the same
  // ids).
  caf::replies_to<submit_events>::with<events_accepted>,
  // Errors: unavailable.
  caf::replies_to<collect_stats>::with<node_stats>>;

/// Makes the panel's end of the CAF door. It dials at once and goes on doing so, whatever becomes
/// of the nodes, until the actor is sent an exit message; that must happen before `system` ends.
/// The handle is good from the moment this returns: what is sent before there is a connection waits
/// in the window.
/// Errors: invalid_argument (no node, an empty window), bad_key (the certificate files).
expected<node_actor> connect(caf::actor_system& system, config settings);

} // namespace tocsin::client
