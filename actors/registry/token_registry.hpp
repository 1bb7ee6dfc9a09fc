#pragma once

#include "actors/registry/registry_options.hpp"
#include "actors/registry/use_notes.hpp"
#include "messages/protocol/token_registry.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace tocsin {

/// Looks tokens up by their digests, makes and revokes them. Reads from its own transactions.
class token_registry_state {
public:
  static inline const char* name = "tocsin.token-registry";
  static constexpr bool survives_exceptions = true;

  caf::result<token> on_find_token(const find_token& msg);
  caf::result<token_created> on_create_token(create_token& msg);
  caf::result<token> on_show_token(const show_token& msg);
  caf::result<page<token>> on_list_tokens(const list_tokens& msg);
  caf::result<removed> on_revoke_token(revoke_token& msg);

  token_registry_actor::stateful_pointer<token_registry_state> self = nullptr;
  registry_options options;
  ulid_generator ids;
  actor_gauge gauge;

private:
  use_notes<token_id> uses_;
};

token_registry_actor::behavior_type
token_registry(token_registry_actor::stateful_pointer<token_registry_state> self,
               const registry_options& options);

} // namespace tocsin
