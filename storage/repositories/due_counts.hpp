#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/records/due_record.hpp"

#include <cstdint>
#include <optional>

namespace tocsin::storage {

/// Errors: storage_io, storage_corrupt, storage_too_new.
expected<std::optional<due_count>> find_due_count(const transaction& tx, const channel_id& channel);

/// Counts the entries of `due` whose keys begin with `channel`. Errors: storage_io.
expected<uint64_t> count_due(const transaction& tx, byte_view channel);

/// Has the count stored with the commit, as each delivery changes it; removed, where the channel is
/// gone and owes nothing.
void put_due_count(write_transaction& tx, const channel_id& channel, const due_count& x);

} // namespace tocsin::storage
