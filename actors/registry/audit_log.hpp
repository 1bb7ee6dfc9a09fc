#pragma once

#include "actors/shared/meter.hpp"
#include "messages/protocol/audit_log.hpp"
#include "storage/engine/environment.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace tocsin {

/// Reads the audit log for those who ask.
class audit_log_state {
public:
  static inline const char* name = "tocsin.audit-log";
  static constexpr bool survives_exceptions = true;

  caf::result<page<audit_entry>> on_list_audit_entries(const list_audit_entries& msg);

  std::shared_ptr<storage::environment> storage;
  actor_gauge gauge;
};

audit_log_actor::behavior_type audit_log(audit_log_actor::stateful_pointer<audit_log_state> self,
                                         const std::shared_ptr<storage::environment>& storage,
                                         const std::shared_ptr<meter_board>& board);

} // namespace tocsin
