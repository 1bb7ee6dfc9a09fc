#include "storage/repositories/delivery_move.hpp"

#include "storage/engine/change_log.hpp"
#include "storage/engine/codec.hpp"

namespace tocsin::storage {

std::vector<delivery_move> moves_among(byte_view changes) {
  std::vector<delivery_move> result;
  while (!changes.empty()) {
    auto next = take_change(changes);
    if (!next)
      break;
    if (next->db != database::deliveries || next->kind == change_kind::erase)
      continue;
    record_reader key{database::deliveries, next->key, next->key};
    if (auto head = decode_head(next->key, next->value))
      result.push_back({key.id<delivery_id>(), *head});
  }
  return result;
}

} // namespace tocsin::storage
