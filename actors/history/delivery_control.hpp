#pragma once

#include "actors/history/history_options.hpp"
#include "messages/protocol/delivery_control.hpp"
#include "storage/files/fault_sink.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace tocsin {

/// Has the ledger do what operators want of single deliveries and of all at once. Whether it can be
/// done is decided by the ledger alone, with the commit: nothing that is read before counts.
class delivery_control_state {
public:
  static inline const char* name = "tocsin.delivery-control";
  static constexpr bool survives_exceptions = true;

  caf::result<delivery_changed> on_request_resend(request_resend& msg);
  caf::result<delivery_changed> on_request_cancel(request_cancel& msg);
  caf::result<channel_preview> on_preview_delivery(const preview_delivery& msg);
  caf::result<pause_state> on_find_pause(const find_pause& msg);
  caf::result<pause_state> on_pause_deliveries(pause_deliveries& msg);
  caf::result<pause_state> on_resume_deliveries(resume_deliveries& msg);

  delivery_control_actor::stateful_pointer<delivery_control_state> self = nullptr;
  history_options options;
  actor_gauge gauge;

private:
  caf::result<delivery_changed> change(const delivery_id& id, apply_command what);
  expected<delivery_changed> outcome_of(const delivery_id& id, const command_result& done) const;
  caf::result<pause_state> change_pause(apply_command what);
  expected<pause_state> pause(const storage::fault_sink& on_unreadable
                              = storage::ignore_fault) const;
  expected<void> check_owner(const delivery_id& id, const recipient_id& owner) const;
  expected<channel_preview> preview(const preview_delivery& msg) const;
};

delivery_control_actor::behavior_type
delivery_control(delivery_control_actor::stateful_pointer<delivery_control_state> self,
                 const history_options& options);

} // namespace tocsin
