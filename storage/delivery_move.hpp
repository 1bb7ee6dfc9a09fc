#pragma once

#include "messages/ids.hpp"
#include "storage/delivery_record.hpp"
#include "storage/transaction.hpp"

#include <vector>

namespace tocsin::storage {

/// That a delivery was made or changed: where that left it.
struct delivery_move {
  delivery_id id;
  delivery_head head;
};

/// Notes a move for whoever watches `tx`, if anybody does.
inline void note_move(write_transaction& tx, const delivery_id& id, const delivery_head& head) {
  if (auto noted = tx.moves())
    noted->push_back({id, head});
}

} // namespace tocsin::storage
