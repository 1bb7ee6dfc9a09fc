#include "storage/commands/apply_steps.hpp"
#include "storage/commands/lock_out.hpp"
#include "storage/records/digest_key.hpp"
#include "storage/records/session_record.hpp"
#include "storage/repositories/recipient_repository.hpp"
#include "storage/repositories/session_repository.hpp"

#include <algorithm>
#include <utility>

namespace tocsin::storage {

namespace {

expected<recipient> must_exist(const transaction& tx, const recipient_id& id) {
  auto found = recipient_repository{tx}.find(id);
  if (!found)
    return found.error();
  if (!*found)
    return fail(errc::not_found, "there is no recipient " + to_string(id));
  return std::move(**found);
}

expected<command_result> store_session(write_transaction& tx, const session& x) {
  auto record = encode_session(tx.scratch(), x);
  auto stored = tx.insert(database::sessions, digest_key(x.digest), record);
  if (!stored)
    return stored.error();
  if (!*stored)
    return fail(errc::already_exists, "there is a session under this digest");
  return result_of(1);
}

} // namespace

expected<command_result> apply_step(write_transaction& tx, const put_password& x) {
  recipient_id who{recipient_kind::admin, x.value.admin};
  if (auto found = must_exist(tx, who); !found)
    return found.error();
  if (auto done = lock_out(tx, who); !done)
    return done.error();
  auto record = encode_password(tx.scratch(), x.value);
  if (auto put = tx.put(database::passwords, x.value.admin, record); !put)
    return put.error();
  return result_of(1);
}

expected<command_result> apply_step(write_transaction& tx, const open_session& x) {
  if (auto found = must_exist(tx, x.value.who); !found)
    return found.error();
  return store_session(tx, x.value);
}

expected<command_result> apply_step(write_transaction& tx, const note_session_use& x) {
  auto stored = session_repository{tx}.find(x.digest);
  if (!stored)
    return stored.error();
  if (!*stored)
    return result_of(0);
  auto value = **stored;
  value.last_used_at = std::max(x.at, value.last_used_at);
  auto record = encode_session(tx.scratch(), value);
  if (auto put = tx.put(database::sessions, digest_key(x.digest), record); !put)
    return put.error();
  return result_of(1);
}

expected<command_result> apply_step(write_transaction& tx, const close_session& x) {
  auto erased = tx.erase(database::sessions, digest_key(x.digest));
  if (!erased)
    return erased.error();
  return result_of(*erased ? 1 : 0);
}

expected<command_result> apply_step(write_transaction& tx, const put_portal_link& x) {
  auto found = must_exist(tx, {recipient_kind::customer, x.value.customer});
  if (!found)
    return found.error();
  if (!found->portal_enabled)
    return fail(errc::conflict, "the portal of " + to_string(found->id) + " is off");
  auto record = encode_portal_link(tx.scratch(), x.value);
  if (auto put = tx.put(database::portal_links, digest_key(x.value.digest), record); !put)
    return put.error();
  return result_of(1);
}

expected<command_result> apply_step(write_transaction& tx, const redeem_portal_link& x) {
  auto no_link = [] { return fail(errc::not_found, "the link is not known, used up or expired"); };
  auto link = session_repository{tx}.find_link(x.code);
  if (!link)
    return link.error();
  auto& who = x.value.who;
  if (!*link || (*link)->expires_at <= x.value.created_at
      || who != recipient_id{recipient_kind::customer, (*link)->customer})
    return no_link();
  auto customer = recipient_repository{tx}.find(who);
  if (!customer)
    return customer.error();
  if (!*customer || !(*customer)->portal_enabled)
    return no_link();
  auto opened = store_session(tx, x.value);
  if (!opened)
    return opened;
  if (auto erased = tx.erase(database::portal_links, digest_key(x.code)); !erased)
    return erased.error();
  return opened;
}

} // namespace tocsin::storage
