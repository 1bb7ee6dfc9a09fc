#include "storage/session_repository.hpp"

#include "storage/erase_all.hpp"
#include "storage/lookup.hpp"
#include "storage/session_record.hpp"
#include "storage/token_record.hpp"

#include <string>
#include <vector>

namespace tocsin::storage {

namespace {

/// Erases up to `limit` entries of `db` that `is_over` is true of. Those that cannot be read stay,
/// and `on_unreadable` is told of each.
template <class Decode, class IsOver>
expected<void> erase_where(write_transaction& tx, database db, Decode decode, IsOver is_over,
                           const fault_sink& on_unreadable = ignore_fault,
                           size_t limit = SIZE_MAX) {
  std::vector<std::string> keys;
  {
    auto at = tx.open_cursor(db);
    if (!at)
      return at.error();
    auto found = at->first();
    for (; found && *found && keys.size() < limit; found = at->next()) {
      auto x = decode(at->key(), at->value());
      if (!x)
        on_unreadable(x.error().detail);
      else if (is_over(*x))
        keys.emplace_back(at->key());
    }
    if (!found)
      return found.error();
  }
  return erase_all(tx, db, keys);
}

} // namespace

expected<std::optional<session>> session_repository::find(const sha256_digest& digest) const {
  return find_record(tx_, database::sessions, digest_key(digest), decode_session);
}

expected<std::optional<portal_link>>
session_repository::find_link(const sha256_digest& digest) const {
  return find_record(tx_, database::portal_links, digest_key(digest), decode_portal_link);
}

expected<std::optional<password_hash>>
session_repository::find_password(std::string_view admin) const {
  return find_record(tx_, database::passwords, admin, decode_password);
}

expected<void> lock_out(write_transaction& tx, const recipient_id& who) {
  auto is_its_session = [&who](const session& x) { return x.who == who; };
  auto ended = erase_where(tx, database::sessions, decode_session, is_its_session);
  if (!ended || who.kind != recipient_kind::customer)
    return ended;
  return erase_where(tx, database::portal_links, decode_portal_link,
                     [&who](const portal_link& x) { return x.customer == who.name; });
}

expected<void> prune_sessions(write_transaction& tx, timestamp now, uint32_t limit,
                              const fault_sink& on_unreadable) {
  auto is_old_session = [now](const session& x) { return x.is_expired(now); };
  if (auto erased
      = erase_where(tx, database::sessions, decode_session, is_old_session, on_unreadable, limit);
      !erased)
    return erased;
  auto is_old_link = [now](const portal_link& x) { return x.expires_at <= now; };
  return erase_where(tx, database::portal_links, decode_portal_link, is_old_link, on_unreadable,
                     limit);
}

} // namespace tocsin::storage
