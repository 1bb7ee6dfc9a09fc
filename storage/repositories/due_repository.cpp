#include "storage/repositories/due_repository.hpp"

#include "storage/engine/codec.hpp"
#include "storage/records/due_record.hpp"
#include "storage/repositories/due_counts.hpp"

namespace tocsin::storage {

namespace {

/// Walks over the entries of one channel and class in the order in which they are due, until
/// `visit` says stop by returning false. Keys that cannot be read are stepped over.
template <class Visit>
expected<void> walk(const transaction& tx, const fault_sink& on_unreadable,
                    const channel_id& channel, due_class klass, Visit visit) {
  auto at = tx.open_cursor(database::due);
  if (!at)
    return at.error();
  std::string beginning{as_key(channel)};
  beginning += static_cast<char>(klass);
  auto found = at->seek(beginning);
  for (; found && *found && at->key().starts_with(beginning); found = at->next()) {
    auto fields = decode_due_key(at->key());
    if (!fields)
      on_unreadable(fields.error().detail);
    else if (!visit(*fields))
      return {};
  }
  if (!found)
    return found.error();
  return {};
}

} // namespace

expected<std::vector<due_entry>> due_repository::next(const channel_id& channel, due_class klass,
                                                      timestamp now, uint32_t limit,
                                                      const id_sieve& skips) const {
  std::vector<due_entry> result;
  if (limit == 0)
    return result;
  auto walked = walk(tx_, on_unreadable_, channel, klass, [&](const due_fields& x) {
    if (x.due_at > now)
      return false;
    if (!skips || !skips(x.delivery))
      result.push_back({x.delivery, x.due_at});
    return result.size() < limit;
  });
  if (!walked)
    return walked.error();
  return result;
}

expected<std::optional<timestamp>>
due_repository::first_due(const channel_id& channel, due_class klass, const id_sieve& skips) const {
  std::optional<timestamp> result;
  auto walked = walk(tx_, on_unreadable_, channel, klass, [&](const due_fields& x) {
    if (skips && skips(x.delivery))
      return true;
    result = x.due_at;
    return false;
  });
  if (!walked)
    return walked.error();
  return result;
}

expected<std::vector<channel_id>> due_repository::channels_with_due() const {
  auto at = tx_.open_cursor(database::due);
  if (!at)
    return at.error();
  std::vector<channel_id> result;
  auto found = at->first();
  while (found && *found) {
    auto id = channel_of_due_key(at->key());
    if (!id) {
      on_unreadable_(id.error().detail);
      found = at->next();
      continue;
    }
    result.push_back(*id);
    // To the next channel: after the channel's id there is the class, which is never so great.
    std::string beginning{as_key(*id)};
    found = at->seek(beginning + '\xff');
    while (found && *found && at->key().starts_with(beginning))
      found = at->next();
  }
  if (!found)
    return found.error();
  return result;
}

expected<uint64_t> due_repository::count_pending(const channel_id& channel) const {
  auto count = find_due_count(tx_, channel);
  if (!count && is_unreadable(count.error())) {
    on_unreadable_(count.error().detail);
    return count_due(tx_, as_key(channel));
  }
  if (!count)
    return count.error();
  return *count ? (*count)->entries : 0;
}

} // namespace tocsin::storage
