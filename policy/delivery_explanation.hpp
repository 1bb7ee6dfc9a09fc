#pragma once

#include "messages/event_catalogue.hpp"
#include "messages/explanation.hpp"
#include "policy/delivery_plan.hpp"

namespace tocsin::policy {

/// What `plan_deliveries` would do with `x` for `who` at `at`, with every rule that was asked on
/// the way. `type` is that of `x`. Leaves `holds` empty, which no rule decides.
recipient_explanation explain_delivery(const event& x, const event_type_info& type,
                                       const planning_recipient& who, timestamp at);

} // namespace tocsin::policy
