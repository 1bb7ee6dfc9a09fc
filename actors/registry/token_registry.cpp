#include "actors/registry/token_registry.hpp"

#include "storage/token_repository.hpp"

namespace tocsin {

caf::result<token> token_registry_state::on_find_token(const find_token& msg) {
  auto tx = storage->read();
  if (!tx)
    return to_error(tx.error());
  auto found = storage::token_repository{*tx}.find_by_digest(msg.digest);
  if (!found)
    return to_error(found.error());
  if (!*found)
    return to_error(fail(errc::unauthorized, "no such token is known"));
  return std::move(**found);
}

token_registry_actor::behavior_type
token_registry(token_registry_actor::stateful_pointer<token_registry_state> self,
               const std::shared_ptr<storage::environment>& storage,
               const std::shared_ptr<meter_board>& board) {
  using state = token_registry_state;
  self->state.storage = storage;
  self->state.gauge = actor_gauge{*board, state::name};
  return {metered(self, &state::on_find_token)};
}

} // namespace tocsin
