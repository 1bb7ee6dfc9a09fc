#pragma once

#include "actors/registry/registry_options.hpp"
#include "actors/registry/use_notes.hpp"
#include "messages/protocol/session_registry.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace tocsin {

/// A session for `who` that begins now, with the secret of its cookie.
/// Errors: unavailable (no random numbers).
expected<session_opened> make_session(recipient_id who, timestamp now);

/// Finds and ends sessions, makes links into the portal and takes them. Reads from its own
/// transactions.
class session_registry_state {
public:
  static inline const char* name = "tocsin.session-registry";
  static constexpr bool survives_exceptions = true;

  caf::result<session> on_find_session(const find_session& msg);
  caf::result<removed> on_end_session(end_session& msg);
  caf::result<portal_link_created> on_create_portal_link(create_portal_link& msg);
  caf::result<session_opened> on_enter_portal(enter_portal& msg);

  session_registry_actor::stateful_pointer<session_registry_state> self = nullptr;
  registry_options options;
  actor_gauge gauge;

private:
  use_notes<sha256_digest> uses_;
};

session_registry_actor::behavior_type
session_registry(session_registry_actor::stateful_pointer<session_registry_state> self,
                 const registry_options& options);

} // namespace tocsin
