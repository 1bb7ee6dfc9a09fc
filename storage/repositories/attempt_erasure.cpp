#include "storage/repositories/attempt_erasure.hpp"

#include "storage/engine/codec.hpp"
#include "storage/engine/erase_all.hpp"
#include "storage/records/attempt_record.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tocsin::storage {

namespace {

/// The key of the oldest attempt that is kept; nothing where there are no older ones to erase.
expected<std::optional<std::string>> oldest_kept(const transaction& tx, const delivery_id& id) {
  auto at = tx.open_cursor(database::attempts);
  if (!at)
    return at.error();
  size_t seen = 1;
  auto found = at->seek_before(as_key(id.plus(1)));
  for (; found && *found && at->key().starts_with(as_key(id)); found = at->previous())
    if (seen++ == most_kept_attempts)
      return std::optional{std::string{at->key()}};
  if (!found)
    return found.error();
  return std::optional<std::string>{};
}

} // namespace

expected<uint64_t> erase_attempts(write_transaction& tx, const delivery_id& id, byte_view end,
                                  uint64_t limit) {
  std::vector<std::string> keys;
  {
    auto at = tx.open_cursor(database::attempts);
    if (!at)
      return at.error();
    auto found = at->seek(attempt_key{id, 0});
    for (; found && *found && at->key() < end && keys.size() < limit; found = at->next())
      keys.emplace_back(at->key());
    if (!found)
      return found.error();
  }
  if (auto erased = erase_all(tx, database::attempts, keys); !erased)
    return erased.error();
  return keys.size();
}

expected<void> erase_oldest_attempts(write_transaction& tx, const delivery_id& id,
                                     uint16_t last_number) {
  if (last_number <= most_kept_attempts)
    return {};
  auto end = oldest_kept(tx, id);
  if (!end)
    return end.error();
  if (!*end)
    return {};
  if (auto erased = erase_attempts(tx, id, **end, most_kept_attempts); !erased)
    return erased.error();
  return {};
}

} // namespace tocsin::storage
