#pragma once

#include "messages/failure.hpp"
#include "messages/recipient.hpp"
#include "storage/engine/transaction.hpp"

namespace tocsin::storage {

/// Ends all sessions of `who` and withdraws all links that are for it. Those that cannot be read,
/// and so let nobody in, stay. Errors: storage_full, storage_io, storage_corrupt.
expected<void> lock_out(write_transaction& tx, const recipient_id& who);

} // namespace tocsin::storage
