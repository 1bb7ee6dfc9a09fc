#include "storage/due_repository.hpp"

#include "storage/due_index.hpp"

namespace tocsin::storage {

namespace {

/// Walks over the entries of one channel and class in the order in which they are due, until
/// `visit` says stop by returning false.
template <class Visit>
expected<void> walk(const transaction& tx, const channel_id& channel, due_class klass,
                    Visit visit) {
  auto at = tx.open_cursor(database::due);
  if (!at)
    return at.error();
  auto found = at->seek(due_key{channel, klass, timestamp{}, delivery_id{}});
  for (; found && *found; found = at->next()) {
    auto fields = decode_due_key(at->key());
    if (!fields)
      return fields.error();
    if (fields->channel != channel || fields->klass != klass || !visit(*fields))
      return {};
  }
  if (!found)
    return found.error();
  return {};
}

} // namespace

expected<std::vector<due_entry>> due_repository::next(const channel_id& channel, due_class klass,
                                                      timestamp now, uint32_t limit,
                                                      const id_set& skip) const {
  std::vector<due_entry> result;
  if (limit == 0)
    return result;
  auto walked = walk(tx_, channel, klass, [&](const due_fields& x) {
    if (x.due_at > now)
      return false;
    if (!skip.contains(x.delivery))
      result.push_back({x.delivery, x.due_at});
    return result.size() < limit;
  });
  if (!walked)
    return walked.error();
  return result;
}

expected<std::optional<timestamp>>
due_repository::first_due(const channel_id& channel, due_class klass, const id_set& skip) const {
  std::optional<timestamp> result;
  auto walked = walk(tx_, channel, klass, [&](const due_fields& x) {
    if (skip.contains(x.delivery))
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
    auto fields = decode_due_key(at->key());
    if (!fields)
      return fields.error();
    result.push_back(fields->channel);
    // To the next channel: no key has anything but the class after the channel's id.
    std::string beyond{as_key(fields->channel)};
    beyond += '\xff';
    found = at->seek(beyond);
  }
  if (!found)
    return found.error();
  return result;
}

expected<uint64_t> due_repository::count_pending(const channel_id& channel) const {
  auto count = find_due_count(tx_, channel);
  if (!count)
    return count.error();
  return *count ? (*count)->entries : 0;
}

} // namespace tocsin::storage
