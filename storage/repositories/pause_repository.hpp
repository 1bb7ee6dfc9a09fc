#pragma once

#include "messages/delivery_pause.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/files/fault_sink.hpp"

#include <optional>

namespace tocsin::storage {

/// The pause that was stored last and not ended, also where its time is over.
/// Errors: storage_io, storage_corrupt, storage_too_new.
expected<std::optional<delivery_pause>> find_pause(const transaction& tx);

/// As `find_pause`, but one that cannot be read counts as none, so that deliveries go on;
/// `on_unreadable` is told. Errors: storage_io.
expected<std::optional<delivery_pause>>
find_readable_pause(const transaction& tx, const fault_sink& on_unreadable = ignore_fault);

} // namespace tocsin::storage
