#pragma once

#include "messages/ids.hpp"
#include "storage/engine/database.hpp"
#include "storage/records/delivery_record.hpp"

#include <vector>

namespace tocsin::storage {

/// That a delivery was made or changed: where that left it.
struct delivery_move {
  delivery_id id;
  delivery_head head;
};

/// The moves among `changes`, the bytes of a `change_log` that was written just now, in order.
std::vector<delivery_move> moves_among(byte_view changes);

} // namespace tocsin::storage
