#pragma once

#include "actors/channel_access.hpp"
#include "policy/delivery_plan.hpp"
#include "storage/engine/transaction.hpp"

namespace tocsin {

/// Reads everything that planning has to know of a recipient, out of one view of the storage. One
/// that is gone has no channels and, as a customer without portal, no events.
/// Errors: those of storage.
expected<policy::planning_recipient> read_planning_recipient(const channel_access& channels,
                                                             const storage::transaction& tx,
                                                             const recipient_id& id);

} // namespace tocsin
