#include "storage/repositories/last_attempt.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/attempt_record.hpp"

#include <utility>

namespace tocsin::storage {

expected<std::optional<attempt>> last_attempt(const transaction& tx, const delivery_id& id,
                                              uint16_t last_number) {
  if (last_number == 0)
    return std::optional<attempt>{};
  attempt_key key{id, last_number};
  auto value = tx.find(database::attempts, key);
  if (!value)
    return value.error();
  if (!*value)
    return corrupt(database::attempts, key, "is missing though its delivery counts it");
  auto result = decode_attempt(key, **value);
  if (!result)
    return result.error();
  return std::optional{std::move(*result)};
}

} // namespace tocsin::storage
