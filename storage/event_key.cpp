#include "storage/event_key.hpp"

#include "storage/codec.hpp"
#include "storage/lookup.hpp"

namespace tocsin::storage {

expected<event_id> decode_event_id(byte_view key, byte_view value) {
  record_reader in{database::idempotency, key, value};
  auto result = in.id<event_id>();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

expected<std::optional<event_id>> find_event_id(const transaction& tx, std::string_view key) {
  if (key.empty() || key.size() > max_event_key_bytes)
    return std::optional<event_id>{};
  return find_record(tx, database::idempotency, key, decode_event_id);
}

} // namespace tocsin::storage
