#pragma once

#include "actors/registry/registry_options.hpp"
#include "messages/protocol/event_type_registry.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace tocsin {

/// Makes the event types that `storage` holds those of the process's catalogue.
/// Errors: storage_io, storage_corrupt.
expected<void> publish_stored_event_types(const storage::environment& storage);

/// Adds event types to the catalogue, changes and removes them.
class event_type_registry_state {
public:
  static inline const char* name = "tocsin.event-type-registry";
  static constexpr bool survives_exceptions = true;

  caf::result<custom_event_type> on_save_event_type(save_event_type& msg);
  caf::result<custom_event_type> on_find_event_type(const find_custom_event_type& msg);
  caf::result<removed> on_discard_event_type(discard_event_type& msg);

  event_type_registry_actor::stateful_pointer<event_type_registry_state> self = nullptr;
  registry_options options;
  actor_gauge gauge;

private:
  expected<custom_event_type> load(const std::string& name) const;

  /// Has the ledger store `change`, publishes what is stored then, and answers with what
  /// `conclude(const command_result&)` makes of it.
  template <class Answer, class Conclude>
  caf::result<Answer> change_catalogue(apply_command change, Conclude conclude);
};

event_type_registry_actor::behavior_type
event_type_registry(event_type_registry_actor::stateful_pointer<event_type_registry_state> self,
                    const registry_options& options);

} // namespace tocsin
