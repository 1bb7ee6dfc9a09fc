#pragma once

#include "messages/commands.hpp"
#include "messages/failure.hpp"
#include "messages/protocol/ingress.hpp"
#include "storage/engine/environment.hpp"

#include <optional>
#include <vector>

namespace tocsin {

/// The receipt of an event that was accepted just now.
event_receipt receipt_of(const accept_event& x);

/// What the first receipt of an event said that was accepted before as `known`: the id it is stored
/// under, whether or not its sender gives that again, and how many deliveries were sent.
event_receipt receipt_again(storage::environment& env, const accept_event& x,
                            const event_id& known);

/// The receipts of `events`, which are of `accept_event`, if all were accepted before; nothing
/// where one is new. Errors: those of storage.
expected<std::optional<events_accepted>> receipts_again(storage::environment& env,
                                                        const std::vector<command>& events);

} // namespace tocsin
