#include "storage/upkeep/prune_sessions.hpp"

#include "storage/engine/erase_where.hpp"
#include "storage/records/session_record.hpp"

namespace tocsin::storage {

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
