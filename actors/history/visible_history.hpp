#pragma once

#include "messages/delivery.hpp"
#include "messages/delivery_filter.hpp"
#include "messages/recipient.hpp"
#include "storage/engine/transaction.hpp"

namespace tocsin {

/// What of the history a customer may see: events that named it, and were accepted for it, and its
/// deliveries. Names are given again, so that what somebody else had under the same name or display
/// name is not: that was accepted before the customer was made, or for nobody of its name.

/// The customer who asks. Errors: not_found, and those of storage.
expected<recipient> find_viewer(const storage::transaction& tx, const recipient_id& id);

/// Whether the delivery `x` is one of `who`'s.
bool is_visible_to(const delivery& x, const recipient& who);

/// Has `filter` let through only deliveries of `who`.
void confine(delivery_filter& filter, const recipient& who);

/// Leaves of an event and its deliveries what is of `who`; false if that is nothing, as the event
/// was not accepted for it.
bool confine(accepted_event& x, std::vector<delivery>& deliveries, const recipient& who);

} // namespace tocsin
