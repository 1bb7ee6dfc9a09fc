#include "storage/records/event_key.hpp"

#include "storage/engine/codec.hpp"

namespace tocsin::storage {

expected<event_id> decode_event_id(byte_view key, byte_view value) {
  record_reader in{database::idempotency, key, value};
  auto result = in.id<event_id>();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

} // namespace tocsin::storage
