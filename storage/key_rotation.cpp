#include "storage/key_rotation.hpp"

#include "storage/audit_record.hpp"
#include "storage/channel_record.hpp"
#include "storage/channel_repository.hpp"
#include "storage/codec.hpp"

#include <algorithm>

namespace tocsin::storage {

namespace {

/// Up to `limit` channels from `from` on.
expected<std::vector<stored_channel>> channels_from(const transaction& tx, const channel_id& from,
                                                    uint32_t limit) {
  auto at = tx.open_cursor(database::channels);
  if (!at)
    return at.error();
  std::vector<stored_channel> result;
  auto found = at->seek(as_key(from));
  for (; found && *found && result.size() < limit; found = at->next()) {
    auto each = decode_channel(at->key(), at->value());
    if (!each)
      return each.error();
    result.push_back(std::move(*each));
  }
  if (!found)
    return found.error();
  return result;
}

expected<void> seal_anew(write_transaction& tx, const secret_box& box, const stored_channel& x) {
  auto bound_to = to_string(x.value.id);
  auto settings = box.open(x.sealed_settings, bound_to);
  if (!settings)
    return settings.error();
  auto sealed = box.seal(*settings, bound_to);
  if (!sealed)
    return sealed.error();
  auto record = encode_channel(tx.scratch(), x.value, *sealed);
  return tx.put(database::channels, as_key(x.value.id), record);
}

expected<void> note_rotation(write_transaction& tx, timestamp now) {
  audit_entry entry;
  entry.id = audit_id{ulid_generator{}.next(now)};
  entry.at = now;
  entry.action = "key.rotate";
  entry.object = "sealing-key";
  auto record = encode_audit_entry(tx.scratch(), entry);
  return tx.put(database::audit, as_key(entry.id), record);
}

} // namespace

expected<reseal_result> reseal(write_transaction& tx, const secret_box& box, uint32_t limit,
                               const channel_id& from) {
  auto channels = channels_from(tx, from, std::max(limit, 1u));
  if (!channels)
    return channels.error();
  reseal_result result;
  for (auto& x : *channels) {
    result.resume = channel_id{x.value.id.plus(1)};
    if (box.is_newest(x.sealed_settings))
      continue;
    if (auto sealed = seal_anew(tx, box, x); !sealed)
      return sealed.error();
    ++result.resealed;
  }
  return result;
}

expected<uint64_t> rotate_key(environment& env, const std::filesystem::path& key_file,
                              timestamp now, uint32_t step) {
  if (auto put = secret_box::put_new_key(key_file); !put)
    return put.error();
  auto box = secret_box::open_key_file(key_file);
  if (!box)
    return box.error();
  uint64_t count = 0;
  std::optional<channel_id> from{std::in_place};
  while (from) {
    auto tx = env.write();
    if (!tx)
      return tx.error();
    auto done = reseal(*tx, *box, step, *from);
    if (!done)
      return done.error();
    if (!done->resume)
      if (auto noted = note_rotation(*tx, now); !noted)
        return noted.error();
    if (auto committed = tx->commit(); !committed)
      return committed.error();
    count += done->resealed;
    from = done->resume;
  }
  if (auto dropped = secret_box::drop_old_keys(key_file); !dropped)
    return dropped.error();
  return count;
}

} // namespace tocsin::storage
