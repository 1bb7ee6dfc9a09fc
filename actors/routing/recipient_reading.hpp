#pragma once

#include "actors/shared/channel_access.hpp"
#include "policy/delivery_plan.hpp"
#include "storage/engine/transaction.hpp"

namespace tocsin {

/// Reads everything that planning has to know about a recipient, from one view of the storage. A
/// recipient that is gone has no channels and, like a customer without a portal, no events.
/// Errors: those of storage.
expected<policy::planning_recipient> read_planning_recipient(const channel_access& channels,
                                                             const storage::transaction& tx,
                                                             const recipient_id& id);

} // namespace tocsin
