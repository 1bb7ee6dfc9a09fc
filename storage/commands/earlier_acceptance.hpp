#pragma once

#include "messages/commands.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

#include <optional>

namespace tocsin::storage {

/// What applying `x` gives where the same event was accepted before under its idempotency key or
/// its sender's id: the first result with `duplicate`; nothing for an event that is new.
/// Errors: idempotency_conflict, invalid_argument (key or id over 480 bytes), storage_io,
/// storage_corrupt.
expected<std::optional<command_result>> find_earlier_acceptance(const transaction& tx,
                                                                const accept_event& x);

} // namespace tocsin::storage
