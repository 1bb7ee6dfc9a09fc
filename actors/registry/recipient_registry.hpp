#pragma once

#include "actors/registry/registry_options.hpp"
#include "messages/protocol/recipient_registry.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace tocsin {

/// Checks what people configure of admins, customers and preferences, and has the ledger store
/// it. Reads from its own transactions.
class recipient_registry_state {
public:
  static inline const char* name = "tocsin.recipient-registry";
  static constexpr bool survives_exceptions = true;

  caf::result<recipient> on_save_recipient(save_recipient& msg);
  caf::result<recipient> on_find_recipient(const find_recipient& msg);
  caf::result<page<recipient>> on_list_recipients(const list_recipients& msg);
  caf::result<removed> on_discard_recipient(const discard_recipient& msg);
  caf::result<preference> on_save_preference(save_preference& msg);
  caf::result<preference> on_find_preference(const find_preference& msg);

  recipient_registry_actor::stateful_pointer<recipient_registry_state> self = nullptr;
  registry_options options;
  actor_gauge gauge;

private:
  expected<recipient> load(const recipient_id& id) const;
};

recipient_registry_actor::behavior_type
recipient_registry(recipient_registry_actor::stateful_pointer<recipient_registry_state> self,
                   const registry_options& options);

} // namespace tocsin
