#include "storage/upkeep/key_rotation.hpp"

#include "storage/engine/codec.hpp"
#include "storage/engine/write_with_room.hpp"
#include "storage/records/audit_record.hpp"
#include "storage/records/channel_record.hpp"
#include "storage/repositories/channel_repository.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace tocsin::storage {

namespace {

/// This many channels are named that cannot be resealed.
constexpr size_t max_named = 20;

/// A channel, or why it cannot be read.
struct read_channel {
  channel_id id;
  expected<stored_channel> value;
};

/// Up to `limit` channels from `from` on.
expected<std::vector<read_channel>> channels_from(const transaction& tx, const channel_id& from,
                                                  uint32_t limit) {
  auto at = tx.open_cursor(database::channels);
  if (!at)
    return at.error();
  std::vector<read_channel> result;
  auto found = at->seek(as_key(from));
  for (; found && *found && result.size() < limit; found = at->next()) {
    record_reader key{database::channels, at->key(), at->key()};
    auto id = key.id<channel_id>();
    if (auto end = key.end(); !end)
      return end.error();
    result.push_back({id, decode_channel(at->key(), at->value())});
  }
  if (!found)
    return found.error();
  return result;
}

expected<void> put_sealed(write_transaction& tx, const secret_box& box, const channel& x,
                          std::string_view settings) {
  auto sealed = box.seal(settings, to_string(x.id));
  if (!sealed)
    return sealed.error();
  auto record = encode_channel(tx.scratch(), x, *sealed);
  return tx.put(database::channels, as_key(x.id), record);
}

/// What became of all channels in a rotation.
struct rotation {
  uint64_t resealed = 0;
  uint64_t kept = 0;
  std::vector<channel_id> stuck;
};

failure channels_stuck(const rotation& x, bool made_key) {
  auto& stuck = x.stuck;
  auto detail
    = fmt::format("{} cannot be read, or opened with the keys of the key file:",
                  stuck.size() == 1 ? "1 channel" : fmt::format("{} channels", stuck.size()));
  for (size_t i = 0; i < std::min(stuck.size(), max_named); ++i)
    detail += ' ' + to_string(stuck[i]);
  if (stuck.size() > max_named)
    detail += " …";
  if (x.resealed + x.kept > 0)
    detail += "; all others are sealed with the newest one";
  detail += "; the old ones stay in the file until these have new settings or are removed";
  if (!made_key)
    detail += ". No new key was made: an earlier rotation has to come to its end first";
  return fail(errc::bad_key, std::move(detail));
}

expected<void> note_rotation(write_transaction& tx, timestamp now, size_t stuck) {
  audit_entry entry;
  entry.id = audit_id{ulid_generator{}.next(now)};
  entry.at = now;
  entry.action = "key.rotate";
  entry.object = "sealing-key";
  if (stuck > 0)
    entry.after = fmt::format(R"({{"stuck_channels":{}}})", stuck);
  auto record = encode_audit_entry(tx.scratch(), entry);
  return tx.put(database::audit, as_key(entry.id), record);
}

/// Does one step of `seal_all`, from `from` on; the last one notes what became of all. `before` is
/// what the others did.
expected<reseal_result> seal_some(environment& env, const secret_box& box, uint32_t step,
                                  const channel_id& from, timestamp now, const rotation& before) {
  auto tx = env.write();
  if (!tx)
    return tx.error();
  auto done = reseal(*tx, box, step, from);
  if (!done)
    return done;
  if (!done->resume)
    if (auto noted = note_rotation(*tx, now, before.stuck.size() + done->stuck.size()); !noted)
      return noted.error();
  if (auto committed = tx->commit(); !committed)
    return committed.error();
  return done;
}

/// Seals everything with the newest key, and drops the others once nothing needs them.
expected<rotation> seal_all(environment& env, const std::filesystem::path& key_file, timestamp now,
                            uint32_t step) {
  auto box = secret_box::read_key_file(key_file);
  if (!box)
    return box.error();
  rotation result;
  std::optional<channel_id> from{std::in_place};
  while (from) {
    auto done
      = write_with_room(env, [&] { return seal_some(env, *box, step, *from, now, result); });
    if (!done)
      return done.error();
    result.resealed += done->resealed;
    result.kept += done->kept;
    result.stuck.insert(result.stuck.end(), done->stuck.begin(), done->stuck.end());
    from = done->resume;
  }
  if (result.stuck.empty())
    if (auto dropped = secret_box::drop_old_keys(key_file); !dropped)
      return dropped.error();
  return result;
}

} // namespace

expected<reseal_result> reseal(write_transaction& tx, const secret_box& box, uint32_t limit,
                               const channel_id& from) {
  auto channels = channels_from(tx, from, std::max(limit, 1u));
  if (!channels)
    return channels.error();
  reseal_result result;
  for (auto& x : *channels) {
    result.resume = channel_id{x.id.plus(1)};
    if (x.value && box.is_newest(x.value->sealed_settings)) {
      ++result.kept;
      continue;
    }
    auto settings = x.value ? box.open(x.value->sealed_settings, to_string(x.id))
                            : expected<std::string>{x.value.error()};
    if (!settings) {
      result.stuck.push_back(x.id);
      continue;
    }
    if (auto put = put_sealed(tx, box, x.value->value, *settings); !put)
      return put.error();
    ++result.resealed;
  }
  return result;
}

expected<uint64_t> rotate_key(environment& env, const std::filesystem::path& key_file,
                              timestamp now, uint32_t step) {
  secret_box::remove_drafts(key_file);
  auto box = secret_box::read_key_file(key_file);
  if (!box)
    return box.error();
  // Several keys were left by a rotation that did not come to its end. Others may have learnt its
  // key since, so that it is not the new one.
  if (box->key_count() > 1) {
    auto earlier = seal_all(env, key_file, now, step);
    if (!earlier)
      return earlier.error();
    if (!earlier->stuck.empty())
      return channels_stuck(*earlier, false);
  }
  if (auto put = secret_box::put_new_key(key_file); !put)
    return put.error();
  auto done = seal_all(env, key_file, now, step);
  if (!done)
    return done.error();
  if (!done->stuck.empty())
    return channels_stuck(*done, true);
  return done->resealed;
}

} // namespace tocsin::storage
