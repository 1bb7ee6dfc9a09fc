#include "storage/commands/lock_out.hpp"

#include "storage/engine/erase_where.hpp"
#include "storage/records/session_record.hpp"

namespace tocsin::storage {

expected<void> lock_out(write_transaction& tx, const recipient_id& who) {
  auto is_its_session = [&who](const session& x) { return x.who == who; };
  auto ended = erase_where(tx, database::sessions, decode_session, is_its_session);
  if (!ended || who.kind != recipient_kind::customer)
    return ended;
  return erase_where(tx, database::portal_links, decode_portal_link,
                     [&who](const portal_link& x) { return x.customer == who.name; });
}

} // namespace tocsin::storage
