#pragma once

#include "messages/delivery.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

#include <cstdint>
#include <optional>

namespace tocsin::storage {

/// The newest attempt at the delivery `id`, which has the number `last_number`; nothing where that
/// is 0. Errors: storage_corrupt where it is missing, storage_io.
expected<std::optional<attempt>> last_attempt(const transaction& tx, const delivery_id& id,
                                              uint16_t last_number);

} // namespace tocsin::storage
