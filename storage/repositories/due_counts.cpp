#include "storage/repositories/due_counts.hpp"

#include "storage/engine/codec.hpp"
#include "storage/engine/lookup.hpp"

namespace tocsin::storage {

expected<std::optional<due_count>> find_due_count(const transaction& tx,
                                                  const channel_id& channel) {
  return find_record(tx, database::due_counts, as_key(channel), decode_due_count);
}

expected<uint64_t> count_due(const transaction& tx, byte_view channel) {
  auto at = tx.open_cursor(database::due);
  if (!at)
    return at.error();
  uint64_t result = 0;
  auto found = at->seek(channel);
  for (; found && *found && at->key().starts_with(channel); found = at->next())
    ++result;
  if (!found)
    return found.error();
  return result;
}

void put_due_count(write_transaction& tx, const channel_id& channel, const due_count& x) {
  if (x.is_removed && x.entries == 0) {
    tx.erase_late(database::due_counts, as_key(channel));
    return;
  }
  if (auto* bytes = tx.find_late(database::due_counts, as_key(channel)))
    encode_due_count(*bytes, x);
  else
    tx.put_late(database::due_counts, as_key(channel), encode_due_count(tx.scratch(), x));
}

} // namespace tocsin::storage
