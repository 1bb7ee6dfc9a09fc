#pragma once

#include "messages/author.hpp"
#include "messages/commands.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

namespace tocsin::storage {

/// Keeps what a file describes from being changed by others: refuses to put or remove a channel,
/// recipient, preference or event type that is stored with a `managed_by`, unless `by` is that
/// manager or the service itself. All other commands, and what is stored without one, are let
/// through. Errors: managed; storage_io, storage_corrupt.
expected<void> check_manager(const transaction& tx, const command& x, const author& by);

} // namespace tocsin::storage
