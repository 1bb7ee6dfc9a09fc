#pragma once

#include "messages/delivery.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

namespace tocsin {

/// The event that `x` carries. Errors: storage_corrupt where it is missing, and those of storage.
expected<accepted_event> read_event_of(const storage::transaction& tx, const delivery& x);

} // namespace tocsin
