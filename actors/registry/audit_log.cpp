#include "actors/registry/audit_log.hpp"

#include "actors/shared/metered.hpp"
#include "storage/repositories/audit_repository.hpp"

namespace tocsin {

caf::result<page<audit_entry>>
audit_log_state::on_list_audit_entries(const list_audit_entries& msg) {
  auto tx = storage->read_published();
  if (!tx)
    return to_error(tx.error());
  storage::audit_filter filter{msg.kind, msg.author, msg.object, msg.since};
  return to_result(storage::audit_repository{*tx}.list(filter, msg.page));
}

audit_log_actor::behavior_type audit_log(audit_log_actor::stateful_pointer<audit_log_state> self,
                                         const std::shared_ptr<storage::environment>& storage,
                                         const std::shared_ptr<meter_board>& board) {
  using state = audit_log_state;
  self->state.storage = storage;
  self->state.gauge = actor_gauge{*board, state::name};
  return {metered(self, &state::on_list_audit_entries)};
}

} // namespace tocsin
