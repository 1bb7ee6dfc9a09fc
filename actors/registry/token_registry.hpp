#pragma once

#include "actors/stats/meter.hpp"
#include "messages/protocol/token_registry.hpp"
#include "storage/environment.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace tocsin {

/// Looks tokens up by their digests.
class token_registry_state {
public:
  static inline const char* name = "tocsin.token-registry";
  static constexpr bool keeps_nothing = true;

  caf::result<token> on_find_token(const find_token& msg);

  std::shared_ptr<storage::environment> storage;
  actor_gauge gauge;
};

token_registry_actor::behavior_type
token_registry(token_registry_actor::stateful_pointer<token_registry_state> self,
               const std::shared_ptr<storage::environment>& storage,
               const std::shared_ptr<meter_board>& board);

} // namespace tocsin
